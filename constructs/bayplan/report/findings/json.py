"""Findings as a JSON array, one object each; `schemas/bayplan/findings.json` is its schema."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from bayplan.report.findings.plain import plain
from bayplan.report.findings.told import word
from bayplan.validation.finding import Confidence, Severity, Status

if TYPE_CHECKING:
    from bayplan.report.findings.told import Told
    from bayplan.validation.finding import Finding

TEXT = {"type": "string"}
UNSEEN = re.compile(r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
FIELDS: dict[str, dict[str, Any]] = {
    "file": TEXT | {"description": "Path below the checked folder."},
    "line": {"type": "integer", "minimum": 0, "description": "From 1; 0 where the whole file is meant."},
    "rule": TEXT | {"pattern": "^[A-Z]{3}[0-9]{3}$", "description": "Code of the rule, for ever."},
    "severity": {"enum": [word(one) for one in Severity]},
    "ref": {
        "type": "object",
        "description": "The object; empty texts for what is none.",
        "properties": {"group": TEXT, "kind": TEXT, "namespace": TEXT, "name": TEXT},
        "required": ["group", "kind", "namespace", "name"],
        "additionalProperties": False,
    },
    "pointer": TEXT | {"description": "JSON pointer into the object; empty for the object as a whole."},
    "message": TEXT | {"description": "What is wrong."},
    "fix": TEXT | {"description": "What to do."},
    "origin": TEXT | {"description": "The line that its author wrote: `apps/chat.yaml#L12`."},
    "status": {
        "enum": [one.name.lower() for one in Status],
        "description": "broken; unknown: it could not be told, and is no error; error: the rule itself failed.",
    },
    "confidence": {"enum": [one.name.lower() for one in Confidence]},
    "rows": {"type": "array", "items": TEXT, "description": "Classes of defects that the rule finds: W1."},
    "fingerprint": TEXT | {"description": "The same wherever the object is moved; no other finding has it."},
}


def render(told: Told) -> str:
    """The text of the array. Characters that nobody sees are written by their numbers."""
    text = json.dumps([entry(finding, told) for finding in told.findings], indent=2, ensure_ascii=False)
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def entry(finding: Finding, told: Told) -> dict[str, Any]:
    """One finding as plain data."""
    ref = finding.ref
    rule = told.rules.get(finding.rule)
    return {
        "file": sound(finding.file),
        "line": finding.line,
        "rule": finding.rule,
        "severity": word(finding.severity),
        "ref": {key: sound(getattr(ref, key)) for key in ("group", "kind", "namespace", "name")},
        "pointer": sound(finding.pointer),
        "message": plain(finding.message),
        "fix": finding.fix,
        "origin": sound(finding.origin),
        "status": finding.status.name.lower(),
        "confidence": finding.confidence.name.lower(),
        "rows": list(rule.rows) if rule else [],
        "fingerprint": told.marks[id(finding)],
    }


def sound(text: str) -> str:
    """Text that every reader of JSON takes: halves of characters are none."""
    return text.encode("utf-8", "replace").decode()


def schema() -> str:
    """The JSON Schema of the array, draft 2020-12."""
    body = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "bayplan: findings (bayplan check --format json)",
        "type": "array",
        "items": {"type": "object", "properties": FIELDS, "required": list(FIELDS), "additionalProperties": True},
    }
    return json.dumps(body, indent=2) + "\n"
