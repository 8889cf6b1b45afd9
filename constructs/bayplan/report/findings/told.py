"""What there is to tell of a check, the same for every form."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from bayplan.report.findings.snippet import Snippets
from bayplan.validation.baseline import fingerprints
from bayplan.validation.finding import Severity, Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bayplan.validation.finding import Finding
    from bayplan.validation.rule import Rule
    from bayplan.validation.waivers import Waived

FORMATS = {
    "text": "for people, with the lines that are meant",
    "json": "a JSON array; schemas/bayplan/findings.json says what is in it",
    "sarif": "SARIF 2.1.0, for code scanning and editors",
    "junit": "JUnit XML, for test reports",
    "github": "annotations of GitHub Actions",
    "gitlab": "a code quality report of GitLab",
    "markdown": "for comments on pull requests",
}
"""Every form and what it is for; `report/findings/<name>.py` holds it."""


class Form(Protocol):
    """The module of a form."""

    def render(self, told: Told, /) -> str: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class Told:
    """The findings of a check and what goes with them."""

    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...] = ()
    not_checked: tuple[str, ...] = ()
    """Codes of the rules that had no earlier revision to compare with."""
    known: int = 0
    """Findings that the baseline has, and that are not among these."""
    mended: tuple[str, ...] = ()
    """Entries of the baseline that are found no more, in words."""
    root: Path | None = None
    """Where the files of the findings lie; None if they lie nowhere."""
    prefix: str = ""
    """From the top of the repository to the root, with a slash at its end: what a code host knows files by."""
    color: bool = False
    all: bool = False
    """Whether what is unknown is told one by one as well."""
    explain: bool = False
    """Whether the reasons of the rules are told, too."""

    @cached_property
    def snippets(self) -> Snippets:
        """The lines that findings mean."""
        return Snippets(self.root)

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rules that there are, by code."""
        from bayplan.validation.registry import rules  # noqa: PLC0415 - not every form asks

        return {rule.code: rule for rule in rules()}

    @cached_property
    def marks(self) -> Mapping[int, str]:
        """A fingerprint for each finding (by identity), stable and not given twice."""
        return {id(finding): mark for finding, mark in fingerprints(self.findings)}

    def place(self, finding: Finding) -> str:
        """The file of a finding below the top of the repository."""
        return f"{self.prefix}{finding.file}"

    @cached_property
    def count(self) -> str:
        """`3 findings: 1 sync, 2 down; 1 unknown`."""
        return count(self.findings)


def count(findings: tuple[Finding, ...] | list[Finding]) -> str:
    """How many of which severity, and how many could not be told."""
    broken = Counter(finding.severity for finding in findings if finding.status is Status.BROKEN)
    failed = sum(finding.status is Status.ERROR for finding in findings)
    unknown = sum(finding.status is Status.UNKNOWN for finding in findings)
    told = ", ".join(f"{broken[severity]} {word(severity)}" for severity in sorted(broken, reverse=True))
    number = broken.total()
    return (
        f"{number} finding{'' if number == 1 else 's'}"
        + (f": {told}" if told else "")
        + (f"; {failed} rules failed" if failed else "")
        + (f"; {unknown} unknown" if unknown else "")
    )


def word(severity: Severity) -> str:
    """A severity as people write it."""
    return severity.name.lower()


def how_bad(finding: Finding) -> str:
    """The severity of what is broken; else why it is not known."""
    return word(finding.severity) if finding.status is Status.BROKEN else finding.status.name.lower()


def form(name: str) -> Form:
    """The module of a form."""
    module: Form = import_module(f"bayplan.report.findings.{name}")
    return module
