"""Findings as a report of tests: a suite for each rule that found something, a test for each finding.

Source: <https://github.com/testmoapp/junitxml>
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from bayplan.report.findings.plain import plain
from bayplan.report.findings.told import how_bad
from bayplan.validation.finding import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.report.findings.told import Told
    from bayplan.validation.finding import Finding

NOTHING = """\
  <testsuite name="bayplan" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="no findings" classname="bayplan.check" time="0"/>
  </testsuite>"""
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(told: Told) -> str:
    """The XML text; a check that found nothing is one test that passed."""
    suites = [
        "\n".join(suite(code, list(same), told))
        for code, same in groupby(sorted(told.findings, key=lambda one: (one.rule, one)), key=lambda one: one.rule)
    ]
    if not suites:
        suites = [NOTHING]
    totals = numbers(list(told.findings)) if told.findings else numbers([], tests=1)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="bayplan check" {totals}>'
    return "\n".join([head, *suites, "</testsuites>"])


def suite(code: str, findings: list[Finding], told: Told) -> Iterator[str]:
    """The findings of one rule."""
    yield f"  <testsuite name={attribute(code)} {numbers(findings)}>"
    for finding in findings:
        file, line = attribute(told.place(finding)), max(finding.line, 1)
        name = attribute(f"{finding.ref if finding.ref.kind else finding.file} {finding.pointer}".strip())
        yield f'    <testcase name={name} classname={attribute(f"bayplan.{code}")} file={file} line="{line}" time="0">'
        yield f"      {outcome(finding, told)}"
        yield "    </testcase>"
    yield "  </testsuite>"


def outcome(finding: Finding, told: Told) -> str:
    """What became of a test."""
    message, kind = attribute(plain(finding.message)), attribute(how_bad(finding))
    if finding.status is Status.UNKNOWN:
        return f"<skipped message={message}/>"
    element = "failure" if finding.status is Status.BROKEN else "error"
    body = plain(f"{told.place(finding)}:{finding.line}\n{finding.message}\n{finding.fix}", lines=True)
    return f"<{element} message={message} type={kind}>{escape(NO_XML.sub('?', body))}</{element}>"


def numbers(findings: list[Finding], tests: int | None = None) -> str:
    """How many tests ended in which way."""
    count = {status: sum(one.status is status for one in findings) for status in Status}
    return (
        f'tests="{len(findings) if tests is None else tests}" failures="{count[Status.BROKEN]}" '
        f'errors="{count[Status.ERROR]}" skipped="{count[Status.UNKNOWN]}"'
    )


def attribute(text: str) -> str:
    """Text as an attribute, with its quotes."""
    return quoteattr(NO_XML.sub("?", plain(text)))
