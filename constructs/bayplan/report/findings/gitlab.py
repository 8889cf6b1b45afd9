"""Findings as a code quality report of GitLab.

Source: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bayplan.report.findings.json import sound
from bayplan.report.findings.plain import plain
from bayplan.report.findings.told import how_bad
from bayplan.validation.finding import Severity, Status

if TYPE_CHECKING:
    from bayplan.report.findings.told import Told

LEVELS = {Severity.SYNC: "blocker", Severity.DOWN: "critical", Severity.LOSS: "major", Severity.RISK: "minor"}


def render(told: Told) -> str:
    """A JSON array with an entry for each finding; what is unknown is there for information."""
    entries = [
        {
            "description": plain(f"{finding.ref}: {finding.message}" if finding.ref.kind else finding.message)
            + ("" if finding.status is Status.BROKEN else f" ({how_bad(finding)})"),
            "check_name": finding.rule,
            "fingerprint": told.marks[id(finding)],
            "severity": LEVELS[finding.severity] if finding.status is Status.BROKEN else "info",
            "location": {"path": sound(told.place(finding)), "lines": {"begin": max(finding.line, 1)}},
        }
        for finding in told.findings
    ]
    return json.dumps(entries, indent=2)
