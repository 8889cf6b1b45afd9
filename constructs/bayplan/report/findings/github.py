"""Findings as annotations of GitHub Actions: workflow commands on standard output.

Source: <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>, escaped as
`@actions/core` does (`packages/core/src/command.ts`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.report.findings.plain import plain
from bayplan.report.findings.told import how_bad
from bayplan.validation.finding import Severity, Status

if TYPE_CHECKING:
    from bayplan.report.findings.told import Told
    from bayplan.validation.finding import Finding

LEVELS = {Severity.SYNC: "error", Severity.DOWN: "error", Severity.LOSS: "warning", Severity.RISK: "notice"}


def render(told: Told) -> str:
    """A command for each finding, the worst first, since GitHub shows ten of each level; the count at the end."""
    shown = [one for one in told.findings if told.all or one.status is not Status.UNKNOWN]
    commands = [command(one, told) for one in sorted(shown, key=lambda one: (-one.severity, one))]
    return "\n".join([*commands, plain(told.count) if told.findings else "no findings"])


def command(finding: Finding, told: Told) -> str:
    """One annotation."""
    level = LEVELS[finding.severity] if finding.status is Status.BROKEN else "notice"
    title = f"{finding.rule} {how_bad(finding)}: {finding.ref if finding.ref.kind else finding.file}"
    parts = {"file": told.place(finding), "line": str(max(finding.line, 1)), "title": plain(title)}
    message = f"{plain(finding.message)}\n{plain(finding.fix)}"
    return f"::{level} {','.join(f'{key}={part(value)}' for key, value in parts.items())}::{data(message)}"


def data(text: str) -> str:
    """The message of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def part(text: str) -> str:
    """A property of a command."""
    return data(text).replace(":", "%3A").replace(",", "%2C")
