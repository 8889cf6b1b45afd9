"""Findings for a comment on a pull request, in Markdown as GitHub and GitLab draw it."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from bayplan.report.findings.plain import plain
from bayplan.report.findings.told import how_bad
from bayplan.validation.finding import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.report.findings.told import Told
    from bayplan.validation.finding import Finding

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>&~@:/$^=])")
MOST = 100
"""Findings that are listed; comments have an end."""


def render(told: Told) -> str:
    """A heading with the count, and a table for each file."""
    shown = [one for one in told.findings if told.all or one.status is not Status.UNKNOWN]
    lines = ["### bayplan check", "", f"**{safe(told.count) if told.findings else 'no findings'}**", ""]
    order = sorted(shown[:MOST], key=lambda one: (told.place(one), one))
    for file, same in groupby(order, key=told.place):
        lines += [f"#### {safe(file)}", "", "| line | rule | | object | what is wrong | what to do |"]
        lines += ["| ---: | --- | --- | --- | --- | --- |", *(row(one) for one in same), ""]
    if len(shown) > MOST:
        lines += [f"and {len(shown) - MOST} more", ""]
    return "\n".join([*lines, *ending(told)]).rstrip()


def row(finding: Finding) -> str:
    """A line of a table."""
    cells = (
        str(finding.line),
        finding.rule,
        how_bad(finding),
        safe(str(finding.ref)) if finding.ref.kind else "",
        safe(finding.message),
        safe(finding.fix),
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


def safe(text: str) -> str:
    """Text that stays text: whatever means something in Markdown or HTML gets a backslash, mentions and links too."""
    return SPECIAL.sub(r"\\\1", plain(text)).replace("\\@", "@\u2060").replace("\\&", "&amp;").replace("\\<", "&lt;")
