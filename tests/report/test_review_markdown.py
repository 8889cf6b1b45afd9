"""A review as a comment: short enough, in order, and nothing of a tree comes alive in it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.report.drawn import assert_nothing_lives, elsewhere, on_github
from tests.report.reviews import HOSTILE, REVIEWS, TEXT
from tests.report.rich_review import CHANGES, DATABASE, EFFECTS, FINDINGS, REVIEW, WEB

from bayplan.report.review import markdown
from bayplan.report.review.line import Style
from bayplan.report.words import LONGEST_NAME, code, prose, tidy
from bayplan.review.plan import Placement
from bayplan.review.review import Review, Topic, Verdict, Weight


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def assert_sound(text: str, limit: int, *, folds: bool = True) -> None:
    """What holds of every comment."""
    assert units(text) <= limit
    assert text.count("<!--") == 1
    assert text.startswith("<!-- bayplan-review key=")
    assert text.count("<details") == text.count("</details>")
    assert folds or "<details" not in text
    assert not any(line.startswith("/") for line in text.splitlines())
    assert [c for c in text if not c.isprintable() and c != "\n"] == []
    for drawn in (on_github(text), elsewhere(text)):
        assert len(drawn.comments) == 1
        assert_nothing_lives(drawn)
        assert [tag for tag, _ in drawn.tags].count("details") == text.count("<details")


QUICK = settings(
    suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=60
)


@QUICK
@given(REVIEWS)
def test_whatever_a_review_says_the_comment_is_sound(review: Review) -> None:
    assert_sound(markdown.render(review, color=False), 65_536)
    assert_sound(markdown.render(review, color=False, limit=6_000, folds=False), 6_000, folds=False)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("draw", [on_github, elsewhere])
def test_words_of_a_tree_stay_text(text: str, draw: object) -> None:
    for made in (prose(text), code(text), prose(text, cell=True)):
        assert_nothing_lives(draw(f"- own {made} end\n- {made}\n\n| a |\n| --- |\n| {made} |\n"))  # type: ignore[operator]


@QUICK
@given(TEXT)
def test_a_name_is_drawn_as_it_is(text: str) -> None:
    made = code(text)
    shown = tidy(text, LONGEST_NAME).strip()
    for draw in (on_github, elsewhere):
        drawn = draw(f"- own {made} end\n")
        assert drawn.code == ([shown] if shown else [])


def test_the_verdict_and_five_lines_come_first() -> None:
    lines = markdown.render(REVIEW, color=False).splitlines()
    assert lines[:3] == [f"<!-- bayplan-review key=dist commit={'2' * 40} -->", "## ⛔ Cannot be applied", ""]
    told = lines[3 : lines.index("", 3)]
    beginnings = [line.partition("**")[2].partition("**")[0] for line in told]
    assert beginnings == ["Cannot be applied:", "Lost:", "Breaks:", "Costs 883 … 2,649 USD a month more:", "Needs"]
    assert "`StatefulSet chat/db`: `spec.volumeClaimTemplates` cannot change" in told[0]
    assert "`apps/chat.yaml#L12`" in told[0]
    assert "3,511 … 7,905 USD" in told[3]
    assert "the owners of `chat` (`team-chat`), the owners of cluster `prod` and a second reviewer" in told[4]


def test_everything_of_a_review_is_in_its_comment() -> None:
    text = markdown.render(REVIEW, color=False)
    assert_sound(text, 65_536)
    for word in (
        "`NET001`",
        "`IMG001`",
        "`SCL002`",
        "**3 … 6**",
        "`g6.xlarge`",
        "not pinned by a digest",
        "**closed**",
    ):
        assert word in text
    assert "`BUD001`" not in text, "what was there before is counted"
    assert "1 was there before, and still is: 1 risk. 1 could not be told." in text
    assert text.count("gets 20%") == 1, "the same in two clusters is told once"
    assert "on `prod` and `staging`" in text


def test_what_matters_less_makes_room() -> None:
    many = replace(
        REVIEW,
        changes=tuple(replace(CHANGES[0], ref=replace(CHANGES[0].ref, name=f"db-{number}")) for number in range(2_000)),
        effects=(*EFFECTS, *(replace(EFFECTS[3], ref=replace(WEB, name=f"w-{number}")) for number in range(500))),
    )
    text = markdown.render(many, color=False)
    assert_sound(text, 65_536)
    assert units(text) > 60_000, "the room is used"
    for kept in ("cannot be applied", "is deleted with what is on it", "`NET001`", "| `gpu` |", "a second reviewer"):
        assert kept in text
    told = re.search(
        r'^No room here: .*?([\d,]+) of "Changes".* The full report is the artifact `review.html`\.$',
        text,
        re.MULTILINE,
    )
    assert told
    assert int(told[1].replace(",", "")) + text.count("`StatefulSet chat/db-") == len(many.changes)
    assert markdown.render(many, color=False) == text
    small = markdown.render(many, color=False, limit=8_000)
    assert_sound(small, 8_000)
    assert "`NET001`" in small
    assert "db-1" not in small


@pytest.mark.parametrize("size", [1_000_000, 3_000])
def test_no_text_is_too_long(size: int) -> None:
    for letter in ("x", "\u202e", "`", "@a ", "\U0001f600"):
        long = replace(EFFECTS[0], says=letter * size, fix=letter * size, origin=letter * size)
        text = markdown.render(replace(REVIEW, effects=(long,) * 30, path=letter * size), color=False)
        assert_sound(text, 65_536)
        assert "`NET001`" in text


def test_nothing_changes() -> None:
    nothing = Review(base="1" * 40, head="", path=".", verdict=Verdict.NOTHING, objects=12)
    lines = markdown.render(nothing, color=False).splitlines()
    assert lines[1:4] == ["## ✅ Nothing changes", "", "- No object of any cluster changes."]
    assert "<details" not in "".join(lines)


def test_places_are_those_of_the_repository() -> None:
    plain = replace(EFFECTS[0], origin="prod/apps/chat/db.yaml#L14")
    text = markdown.render(replace(REVIEW, effects=(plain,), path="fleet/dist"), color=False)
    assert "`fleet/dist/prod/apps/chat/db.yaml#L14`" in text
    assert "`apps/chat.yaml#L31`" in text, "what an app's file says stands below the top already"
    assert "`prod/apps/chat/db.yaml#L14`" in markdown.render(replace(REVIEW, effects=(plain,), path="."), color=False)


def test_pods_are_counted_once_and_doubt_is_said() -> None:
    rolls = replace(EFFECTS[2], weight=Weight.ATTENTION, code="pods-roll", says="rolls 4 pods", pods_down=1)
    doubted = replace(rolls, ref=DATABASE, pods=3, doubt="Flux stops before that")
    effects = (rolls, replace(rolls, cluster="staging"), replace(rolls, code="pods-slow", says="rolls slowly"), doubted)
    text = markdown.render(replace(REVIEW, effects=effects, findings=()), color=False)
    told = "8 pods of 2 workloads made anew, at worst 1 of one workload missing at a time; perhaps 3 pods of 1 workload"
    assert told in text


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ((10_000, 10_000), (20_000, 20_000), "**Costs 730 USD a month more:** 1,460 USD instead of 730."),
        ((20_000, 40_000), (10_000, 40_000), "**Costs 0 … 730 USD a month less:** 730 … 2,920 USD (minimum … maximum)"),
        ((20_000, 30_000), (10_000, 40_000), "**Costs** 730 … 2,920 USD a month (minimum … maximum) instead of 1,460"),
    ],
)
def test_money(before: tuple[int, int], after: tuple[int, int], says: str) -> None:
    placement = Placement(
        cluster="prod",
        cost_min_before=before[0],
        cost_max_before=before[1],
        cost_min_after=after[0],
        cost_max_after=after[1],
    )
    text = markdown.render(replace(REVIEW, placements=(placement,)), color=False)
    assert says in text


def test_what_stands_between_backticks_is_one_piece() -> None:
    stale = Placement(cluster="prod", stale="plan.lock is old: run `bayplan synth`, and commit it")
    text = markdown.render(replace(REVIEW, placements=(stale,)), color=False)
    assert "run `bayplan synth`, and commit it" in text


def test_the_same_thing_is_told_once_in_the_first_lines() -> None:
    effects = (
        replace(EFFECTS[1]),
        replace(EFFECTS[1], code="object-pruned", topic=Topic.PRUNE, weight=Weight.ATTENTION),
    )
    finding = replace(FINDINGS[0], ref=EFFECTS[1].ref)
    text = markdown.render(replace(REVIEW, effects=effects, findings=(finding,)), color=False)
    first = text.partition("<details")[0]
    assert first.count("PersistentVolumeClaim shop/orders") == 1
    assert "1 finding more than before; 1 image not pinned by a digest; 3 ways" in first
    assert "1 added, 1 removed, 1 changed: now 340 objects." in first


def test_what_was_there_before_is_no_change() -> None:
    still = Review(base="1" * 40, head="", path=".", verdict=Verdict.NOTHING, objects=12, findings=(FINDINGS[3],))
    assert "- No object of any cluster changes.\n" in markdown.render(still, color=False)


@pytest.mark.parametrize("text", ["1. one", "(before: port 8080)", "8080) 1) x"])
def test_figures_begin_no_list(text: str) -> None:
    made = markdown.drawn(((Style.SAID, text),))
    assert "\\" not in made
    assert ["ol" for tag, _ in on_github(f"- {made}\n").tags if tag == "ol"] == []
    assert markdown.drawn(((Style.SAID, "(before: port 8080)"),)) == "(before: port 8080)"
