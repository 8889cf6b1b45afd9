"""What will happen, as cards: how bad, which object, what; below it why, what to do, and where it was written."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bayplan.report.html.markup import Markup, tag
from bayplan.report.review.page.words import shown, written
from bayplan.report.review.sections.effects import TITLES, WORDS, in_order, sentence

if TYPE_CHECKING:
    from bayplan.report.review.line import Section
    from bayplan.review.review import Effect, Review


def effects(review: Review, section: Section) -> Markup:
    """Topic by topic, the worst first."""
    several = len({one.cluster for one in review.effects}) > 1
    parts: list[Markup] = []
    for topic, same in groupby(in_order(review), key=lambda pair: pair[0].topic):
        parts.append(tag("h3", TITLES[topic]))
        parts.append(tag("ul", *(card(one, clusters if several else ()) for one, clusters in same), class_="effects"))
    return tag("section", tag("h2", section.heading), *parts, id=section.key, class_="part")


def card(one: Effect, clusters: tuple[str, ...]) -> Markup:
    """One effect."""
    word = WORDS[one.weight] or "to know"
    said = [("Why", one.why), ("What to do", one.fix), ("Not sure", one.doubt)]
    facts = [tag("div", tag("dt", name), tag("dd", shown(text))) for name, text in said if text.strip()]
    at = f"{one.file}:{one.line}" if one.line else one.file
    same = one.origin.startswith(f"{one.file}#")
    return tag(
        "li",
        tag("p", tag("span", word, class_="badge"), " ", written(sentence(one, clusters)), ".", class_="says"),
        tag("dl", *facts) if facts else None,
        tag(
            "p",
            tag("code", shown(one.origin)),
            None if same else tag("span", " in ", tag("code", shown(at))),
            class_="at",
        ),
        class_=f"effect {word.replace(' ', '-')}",
    )
