"""Findings for a comment on a pull request, in Markdown as GitHub and GitLab draw it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bayplan.report.findings.told import how_bad
from bayplan.report.words import code, prose
from bayplan.validation.finding import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.report.findings.told import Told
    from bayplan.validation.finding import Finding

MOST = 100
"""Findings that are listed; comments have an end."""


def render(told: Told) -> str:
    """A heading with the count, and a table for each file."""
    shown = [one for one in told.findings if told.all or one.status is not Status.UNKNOWN]
    lines = ["### bayplan check", "", f"**{told.count if told.findings else 'no findings'}**", ""]
    order = sorted(shown[:MOST], key=lambda one: (told.place(one), one))
    for file, same in groupby(order, key=told.place):
        lines += [f"#### {code(file)}", "", "| line | rule | | object | what is wrong | what to do |"]
        lines += ["| ---: | --- | --- | --- | --- | --- |", *(row(one) for one in same), ""]
    if len(shown) > MOST:
        lines += [f"and {len(shown) - MOST} more", ""]
    return "\n".join([*lines, *ending(told)]).rstrip()


def row(finding: Finding) -> str:
    """A line of a table."""
    cells = (
        str(finding.line),
        code(finding.rule, cell=True),
        how_bad(finding),
        code(str(finding.ref), cell=True) if finding.ref.kind else "",
        prose(finding.message, cell=True),
        prose(finding.fix, cell=True),
    )
    return f"| {' | '.join(cells)} |"


def ending(told: Told) -> Iterator[str]:
    """What is not in the tables."""
    if told.waived:
        yield f"Accepted by waivers: {len(told.waived)}. "
    if told.known:
        yield f"Known from the baseline: {told.known}. "
    if told.not_checked:
        yield f"Not checked: {', '.join(told.not_checked)}, which need `--since REV`."
