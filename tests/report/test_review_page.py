"""The page of a review: whole, self-contained, true, and nothing of a tree comes alive in it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.report.reviews import REVIEWS
from tests.report.rich_review import CHANGES, EFFECTS, REVIEW

from bayplan.report.html.markup import VOID
from bayplan.report.review import html
from bayplan.review.review import Review, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTIVE = {
    "script",
    "iframe",
    "object",
    "embed",
    "img",
    "link",
    "form",
    "base",
    "audio",
    "video",
    "image",
    "use",
    "foreignobject",
}


class Page(HTMLParser):
    """Elements and text of a page, every element ended."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        assert len(attrs) == len(dict(attrs)), "no attribute twice"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def of(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.elements if name == tag)

    def words(self) -> str:
        return "".join(text for tag, text in self.texts if tag != "style")


def page(review: Review) -> Page:
    text = html.render(review, color=False)
    assert text.encode().decode() == text
    assert [c for c in text if not c.isprintable() and c != "\n"] == []
    return Page(text)


def assert_inert(found: Page) -> None:
    """Nothing that runs, loads, or leads anywhere but within the page."""
    assert {tag for tag, _ in found.elements} & ACTIVE == set()
    for tag, attributes in found.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "srcset", "action", "data")]
        assert re.fullmatch("#[a-z]+", attributes.get("href") or "#a"), (tag, attributes)
        assert "url(" not in (attributes.get("style") or "")
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for link in found.of("a"):
        assert (link["href"] or "")[1:] in ids
    policies = [one["content"] for one in found.of("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert [(policy or "").split("; ")[:2] for policy in policies] == [
        ["default-src 'none'", "style-src 'unsafe-inline'"]
    ]
    styles = [text for tag, text in found.texts if tag == "style"]
    assert not [text for text in styles if "@import" in text or "url(" in text]


@settings(
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=50,
)
@given(REVIEWS)
def test_whatever_a_review_says_the_page_is_inert(review: Review) -> None:
    assert_inert(page(review))


def test_everything_of_a_review_is_on_its_page() -> None:
    found = page(REVIEW)
    words = found.words()
    assert words.index("Cannot be applied") < words.index("What will happen")
    for one in REVIEW.effects:
        assert one.says in words
        assert one.fix in words
        assert one.doubt in words
    for told in ("dist/prod/apps/chat/db.yaml:14", "NET001", "comes next week", "team-chat", REVIEW.unknown[0]):
        assert told in words
    assert '- spec.volumeClaimTemplates[data].spec.resources.requests.storage: "10Gi"' in words
    titles = [text for tag, text in found.texts if tag == "title"]
    assert "maximum load after: 7,905 USD a month" in titles
    assert "gpu after: 3 … 6 nodes of at most 6" in titles
    assert "shop/web to chat/db: 5432 (closed)" in titles
    assert "anybody outside to chat/web: 443 (opened)" in titles


def test_headings_go_down_step_by_step() -> None:
    levels = [int(tag[1]) for tag, _ in page(REVIEW).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_what_can_be_scrolled_can_be_reached_by_keyboard() -> None:
    for attributes in page(REVIEW).of("div"):
        if attributes.get("class") in ("wide", "scroll"):
            assert attributes["tabindex"] == "0"
            assert attributes["role"] == "region"
            assert attributes["aria-label"]


def test_no_change_is_left_out() -> None:
    many = tuple(replace(CHANGES[0], ref=replace(CHANGES[0].ref, name=f"db-{number}")) for number in range(1_000))
    effects = tuple(replace(EFFECTS[2], ref=one.ref) for one in many)
    found = page(replace(REVIEW, changes=many, effects=effects))
    assert found.words().count("StatefulSet chat/db-999") >= 2
    assert not [one for one in found.of("details") if "open" in one], "so many are folded"


@pytest.mark.parametrize("verdict", [*Verdict])
def test_every_verdict_has_its_page(verdict: Verdict) -> None:
    assert_inert(page(Review(base="1" * 40, head="", path=".", verdict=verdict)))


def test_more_ways_than_a_picture_can_show_are_in_the_table() -> None:
    flows = tuple(replace(REVIEW.flows[1], source=f"shop/w{number}") for number in range(61))
    found = page(replace(REVIEW, flows=flows))
    assert "61 ways are too many to draw" in found.words()
    assert "shop/w60" in found.words()
