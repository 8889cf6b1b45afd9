"""A review on a terminal: the words of the comment, a hundred columns, and nothing that a terminal obeys."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from rich.cells import cell_len
from tests.report.reviews import REVIEWS
from tests.report.rich_review import EFFECTS, REVIEW

from bayplan.report.review import text

if TYPE_CHECKING:
    from bayplan.review.review import Review

COLOR = re.compile(r"\x1b\[[0-9;]*m")


@settings(
    suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=40
)
@given(REVIEWS)
def test_nothing_of_a_tree_is_obeyed_by_a_terminal(review: Review) -> None:
    told = text.render(review, color=False)
    assert [c for c in told if not c.isprintable() and c != "\n"] == []
    assert told.encode().decode() == told
    painted = text.render(review, color=True)
    assert [c for c in COLOR.sub("", painted) if not c.isprintable() and c != "\n"] == []


def test_the_same_in_colour() -> None:
    painted = text.render(REVIEW, color=True)
    assert painted.startswith("\x1b[1;31mCannot be applied\x1b[0m\n")
    bare = [line.rstrip() for line in COLOR.sub("", painted).splitlines()]
    assert bare == text.render(REVIEW, color=False).splitlines()


def test_lines_are_broken_at_a_hundred_columns() -> None:
    long = replace(EFFECTS[0], says="cannot be applied: " + "many words of some length " * 40)
    lines = text.render(replace(REVIEW, effects=(long,)), color=False).splitlines()
    assert max(map(cell_len, lines)) <= 100
    assert sum("many words" in line for line in lines) > 10


def test_what_is_read_first() -> None:
    lines = text.render(REVIEW, color=False).splitlines()
    assert lines[0] == "Cannot be applied"
    assert lines[2].startswith("- Cannot be applied: StatefulSet chat/db: spec.volumeClaimTemplates cannot change")
    assert "- Costs 883 … 2,649 USD a month more: 3,511 … 7,905 USD" in "\n".join(lines)
    assert '      + spec.volumeClaimTemplates[data].spec.resources.requests.storage: "20Gi"' in lines
    assert lines[-1] == "dist: 111111111111 to 222222222222"
