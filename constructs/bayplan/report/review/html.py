"""A review as one page: the verdict, what will happen, pools and money before and after, the ways of traffic, and every
change. Needs no network and no script, follows the browser's light and dark, and says everything in words, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bayplan.placement.words import count
from bayplan.report import html
from bayplan.report.html.markup import Markup, tag
from bayplan.report.review.brief import HEADLINES, brief
from bayplan.report.review.page.changes import changes
from bayplan.report.review.page.cost import costs, pools
from bayplan.report.review.page.effects import effects
from bayplan.report.review.page.traffic import traffic
from bayplan.report.review.page.words import part, shown, written
from bayplan.report.review.rooted import rooted
from bayplan.report.review.sections import sections

if TYPE_CHECKING:
    from bayplan.report.review.line import Section
    from bayplan.review.review import Review

STYLES = (
    *(Path(html.__file__).with_name(name) for name in ("plan.css", "graph.css")),
    Path(__file__).with_name("review.css"),
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Nothing is loaded and nothing runs, whatever a tree has brought in."""


def render(review: Review, *, color: bool) -> str:  # noqa: ARG001 - the browser's colours
    """The whole page."""
    told = rooted(review)
    parts = sections(told)
    title = f"{HEADLINES[review.verdict]}: review of {shown(review.path)}"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Markup("".join(path.read_text() for path in STYLES))),
    )
    body = tag("body", top(told), contents(parts), tag("main", *(drawn(told, one) for one in parts)))
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def top(review: Review) -> Markup:
    """The verdict and the lines that a busy person needs."""
    head = tag("code", shown(review.head[:12])) if review.head else "the working tree"
    compared = tag(
        "p",
        "bayplan review of ",
        tag("code", shown(review.path)),
        ": ",
        tag("code", shown(review.base[:12])),
        " to ",
        head,
        f", {count(review.objects, 'object')}",
        class_="compared",
    )
    lines = tag("ul", *(tag("li", written(line)) for line in brief(review)))
    return tag(
        "header", tag("h1", HEADLINES[review.verdict]), lines, compared, class_=f"verdict {review.verdict.value}"
    )


def contents(parts: list[Section]) -> Markup | None:
    """Where to go from here."""
    links = [tag("li", tag("a", part.heading, href=f"#{part.key}")) for part in parts]
    return tag("nav", tag("ul", *links), aria_label="Parts", class_="parts") if links else None


def drawn(review: Review, section: Section) -> Markup:
    """A part, with its picture where it has one."""
    match section.key:
        case "effects":
            return effects(review, section)
        case "plan":
            return part(section, costs(review))
        case "pools":
            return part(section, pools(review))
        case "traffic":
            return part(section, traffic(review))
        case "changes":
            return changes(section)
    return part(section)
