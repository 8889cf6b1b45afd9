"""Findings, grouped by the line that their author wrote."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from rich.markup import escape

from bayplan.report.text.canvas import draw
from bayplan.validation.finding import Severity, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.validation.finding import Finding

STYLES = {Severity.RISK: "cyan", Severity.LOSS: "yellow", Severity.DOWN: "red", Severity.SYNC: "bold red"}


def render(findings: Sequence[Finding], *, color: bool) -> str:
    """What is wrong, where it was written, what to do; one line of counts at the end."""
    lines: list[str] = []
    for origin, same in groupby(
        sorted(findings, key=lambda finding: (finding.origin, finding)), key=lambda f: f.origin
    ):
        lines.append(f"[bold]{escape(origin)}[/bold]")
        for finding in same:
            lines.extend(tell(finding))
        lines.append("")
    return draw("\n".join([*lines, count(findings)]), color=color)


def tell(finding: Finding) -> list[str]:
    """One finding in three lines."""
    style = STYLES[finding.severity]
    how_bad = finding.severity.name.lower() if finding.status is Status.BROKEN else finding.status.name.lower()
    where = f"{finding.file}:{finding.line}{'  ' + finding.pointer if finding.pointer else ''}"
    return [
        f"  [{style}]{finding.rule}  {how_bad:<7}[/{style}] {escape(str(finding.ref))}  [dim]{escape(where)}[/dim]",
        f"           {escape(finding.message)}",
        f"           [green]→[/green] {escape(finding.fix)}",
    ]


def count(findings: Sequence[Finding]) -> str:
    """`3 findings: 1 sync, 2 down; 1 unknown`."""
    broken = Counter(finding.severity for finding in findings if finding.status is Status.BROKEN)
    unknown = len(findings) - broken.total()
    told = ", ".join(f"{broken[severity]} {severity.name.lower()}" for severity in sorted(broken, reverse=True))
    number = broken.total()
    return (
        f"{number} finding{'' if number == 1 else 's'}"
        + (f": {told}" if told else "")
        + (f"; {unknown} unknown" if unknown else "")
    )
