"""Findings as SARIF 2.1.0: for code scanning of GitHub, Azure DevOps, and editors.

Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bayplan.report.findings.json import sound
from bayplan.report.findings.plain import plain
from bayplan.report.findings.told import word
from bayplan.validation.finding import Severity, Status

if TYPE_CHECKING:
    from bayplan.report.findings.told import Told
    from bayplan.validation.finding import Finding
    from bayplan.validation.waivers import Waived

Part = dict[str, Any]
LEVELS = {Severity.SYNC: "error", Severity.DOWN: "error", Severity.LOSS: "warning", Severity.RISK: "note"}
HOW_SURE = {1: "low", 2: "medium", 3: "very-high"}


def render(told: Told) -> str:
    """One run with its rules, results, and what could not be checked."""
    from importlib.metadata import version  # noqa: PLC0415

    codes = sorted({one.rule for one in told.findings} | {one.finding.rule for one in told.waived})
    at = {code: index for index, code in enumerate(codes)}
    driver = {
        "name": "bayplan",
        "version": version("bayplan"),
        "rules": [rule(code, told) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": "The top of the repository."}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes(told)}],
        "results": [
            *(result(one, at, told) for one in told.findings if one.status is not Status.ERROR),
            *(accepted(one, at, told) for one in told.waived),
        ],
    }
    body = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(body, indent=2)


def rule(code: str, told: Told) -> Part:
    """What a rule says of itself."""
    from bayplan.validation.registry import explain  # noqa: PLC0415

    if code not in told.rules:
        return {"id": code}
    said = explain(code)
    source = said.source.partition(">")[0].lstrip("<")
    help_ = f"{said.why}\n\n{said.fix}"
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in told.rules[code].judge.__name__.split("_")),
        "shortDescription": {"text": said.title},
        "fullDescription": {"text": f"{said.title} {said.why}".replace("\n", " ")[:1000]},
        "help": {"text": help_, "markdown": f"{help_}\n\n```yaml\n{said.bad}\n```"},
        **({"helpUri": source} if source.startswith("https://") else {}),
        "defaultConfiguration": {"level": LEVELS[said.severity]},
        "properties": {
            "precision": HOW_SURE[said.confidence],
            "problem.severity": {"note": "recommendation"}.get(LEVELS[said.severity], LEVELS[said.severity]),
            "tags": ["kubernetes", said.family, word(said.severity), *said.rows],
        },
    }


def result(finding: Finding, at: dict[str, int], told: Told, mark: str = "") -> Part:
    """One finding. What could not be told is open for review, which is no failure."""
    unknown = finding.status is not Status.BROKEN
    place: Part = {"physicalLocation": physical(told.place(finding), finding, told)}
    if finding.ref.kind:
        name = plain(str(finding.ref))
        place["logicalLocations"] = [
            {"name": sound(finding.ref.name) or "?", "fullyQualifiedName": name, "kind": "object"}
        ]
    return {
        "ruleId": finding.rule,
        "ruleIndex": at[finding.rule],
        "kind": "open" if unknown else "fail",
        "level": "none" if unknown else LEVELS[finding.severity],
        "message": {"text": f"{plain(finding.message)}. {plain(finding.fix)}."},
        "locations": [place],
        "partialFingerprints": {"bayplan/v1": mark or told.marks[id(finding)]},
        "properties": {"pointer": sound(finding.pointer), "origin": sound(finding.origin)},
    }


def physical(path: str, finding: Finding, told: Told) -> Part:
    """The file, and the line with those around it."""
    where: Part = {"artifactLocation": {"uri": quote(sound(path)), "uriBaseId": "ROOT"}}
    if finding.line > 0:
        where["region"] = {"startLine": finding.line}
        lines = told.snippets.of(finding)
        if lines:
            spot = next((line for line in lines if line.number == finding.line), lines[0])
            where["region"]["snippet"] = {"text": spot.text}
    return where


def accepted(waived: Waived, at: dict[str, int], told: Told) -> Part:
    """A finding that somebody accepts."""
    from bayplan.validation.baseline import fingerprint  # noqa: PLC0415

    reason = plain(f"{waived.reason} (until {waived.until})")
    suppression = {"kind": "external", "status": "accepted", "justification": reason}
    return result(waived.finding, at, told, fingerprint(waived.finding)) | {"suppressions": [suppression]}


def notes(told: Told) -> list[Part]:
    """What was not checked, and which rules failed."""
    found: list[Part] = [
        {
            "level": "note",
            "message": {"text": f"{code} was not checked: it compares with an earlier revision (--since REV)"},
            "descriptor": {"id": "not-checked"},
            "associatedRule": {"id": code},
        }
        for code in told.not_checked
    ]
    found += [
        {"level": "error", "message": {"text": f"{one.rule}: {plain(one.message)}"}, "associatedRule": {"id": one.rule}}
        for one in told.findings
        if one.status is Status.ERROR
    ]
    return found
