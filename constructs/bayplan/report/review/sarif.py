"""A review as SARIF 2.1.0: what will happen, and what is wrong that was not, at its lines; for code scanning.

Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bayplan.report.findings.json import sound
from bayplan.report.findings.plain import plain
from bayplan.report.findings.sarif import LEVELS
from bayplan.report.findings.sarif import rule as rule_of_check
from bayplan.report.findings.told import Told as Check
from bayplan.report.review.brief import HEADLINES
from bayplan.report.review.rooted import rooted
from bayplan.report.review.sections.effects import TITLES
from bayplan.review.review import State, Weight
from bayplan.validation.finding import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.review.review import Effect, Review, Told

Part = dict[str, Any]
OF_WEIGHT = {Weight.BLOCKED: "error", Weight.DANGER: "error", Weight.ATTENTION: "warning", Weight.NOTE: "note"}
LONGEST = 2_000
"""Letters of a message."""


def render(review: Review, *, color: bool) -> str:  # noqa: ARG001 - no colours
    """One run: a rule for each code, a result for each effect and for each finding that is new or newly accepted."""
    shown = rooted(review)
    new = [one for one in shown.findings if one.state in (State.NEW, State.ACCEPTED)]
    rules = [*rules_of_effects(shown), *rules_of_check(new)]
    at = {one["id"]: index for index, one in enumerate(rules)}
    seen: Counter[str] = Counter()
    results = [
        *(happening(one) for one in shown.effects),
        *(found(one) for one in new if one.status is not Status.ERROR),
    ]
    for one in results:
        one["ruleIndex"] = at[one["ruleId"]]
        one["partialFingerprints"] = {"bayplan/v1": mark(one, seen)}
    return json.dumps(log(shown, rules, results), indent=2)


def log(review: Review, rules: list[Part], results: list[Part]) -> Part:
    """The document."""
    from importlib.metadata import version  # noqa: PLC0415

    run = {
        "tool": {"driver": {"name": "bayplan review", "version": version("bayplan"), "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": "The top of the repository."}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": [*notes(review)]}],
        "results": results,
        "properties": {"verdict": review.verdict.value, "base": text(review.base), "head": text(review.head)},
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def rules_of_effects(review: Review) -> list[Part]:
    """What each code is about."""
    topics = {one.code: one.topic for one in review.effects}
    return [
        {
            "id": text(code) or "effect",
            "shortDescription": {"text": text(code.replace("-", " ").capitalize()) or "Effect"},
            "fullDescription": {"text": f"{TITLES[topic]}: what a change does in a cluster when it is synced."},
            "help": {"text": f"{TITLES[topic]}. `bayplan review --base REV` tells all that a change does, and why."},
            "properties": {"tags": ["kubernetes", topic.value]},
        }
        for code, topic in sorted(topics.items())
    ]


def rules_of_check(told: list[Told]) -> list[Part]:
    """What the rules of check say of themselves."""
    check = Check(findings=())
    return [{**rule_of_check(code, check), "id": text(code) or "?"} for code in sorted({one.rule for one in told})]


def happening(one: Effect) -> Part:
    """An effect; what may not happen at all is a warning."""
    level = OF_WEIGHT[one.weight]
    clauses = (f"{one.ref} {one.says}", one.why and f"Why: {one.why}", one.fix and f"What to do: {one.fix}")
    doubt = f"Not sure: {one.doubt}" if one.doubt else ""
    return {
        "ruleId": text(one.code) or "effect",
        "level": "warning" if one.doubt and level == "error" else level,
        "message": {"text": sentences(*clauses, doubt)},
        "locations": [place(one)],
        "properties": {"pointer": text(one.pointer), "origin": text(one.origin), "cluster": text(one.cluster)},
    }


def found(one: Told) -> Part:
    """A finding. What could not be told is open for review; what the change itself accepts is suppressed by it."""
    unknown = one.status is not Status.BROKEN
    waived = {"kind": "external", "status": "underReview", "justification": text(one.why)}
    return {
        "ruleId": text(one.rule) or "?",
        "kind": "open" if unknown else "fail",
        "level": "none" if unknown else LEVELS[one.severity],
        "message": {"text": sentences(one.message, one.fix)},
        "locations": [place(one)],
        "properties": {"pointer": text(one.pointer), "origin": text(one.origin), "state": one.state.value},
        **({"suppressions": [waived]} if one.state is State.ACCEPTED else {}),
    }


def place(one: Effect | Told) -> Part:
    """The file and line, and the object."""
    where: Part = {"artifactLocation": {"uri": quote(sound(one.file)), "uriBaseId": "ROOT"}}
    if one.line > 0:
        where["region"] = {"startLine": one.line}
    made: Part = {"physicalLocation": where}
    if one.ref.kind:
        full = text(str(one.ref))
        made["logicalLocations"] = [{"name": text(one.ref.name) or "?", "fullyQualifiedName": full, "kind": "object"}]
    return made


def mark(result: Part, seen: Counter[str]) -> str:
    """What a result is known by wherever it stands; the second of its kind is counted."""
    objects = [one.get("fullyQualifiedName") for one in result["locations"][0].get("logicalLocations", [])]
    parts = (result["ruleId"], *objects, result["properties"].get("cluster", ""), result["properties"]["pointer"])
    known = hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]
    seen[known] += 1
    return known if seen[known] == 1 else f"{known}-{seen[known]}"


def notes(review: Review) -> Iterator[Part]:
    """The verdict, what was not looked at, and which rules failed."""
    yield {"level": "note", "message": {"text": HEADLINES[review.verdict]}, "descriptor": {"id": "verdict"}}
    for one in review.unknown:
        yield {"level": "note", "message": {"text": text(one) or "?"}, "descriptor": {"id": "not-looked-at"}}
    for told in review.findings:
        if told.state is State.NEW and told.status is Status.ERROR:
            yield {"level": "error", "message": {"text": sentences(f"{told.rule}: {told.message}")}}


def sentences(*parts: str) -> str:
    """Sentences one after the other."""
    return " ".join(f"{text(part).rstrip('.')}." for part in parts if part.strip()) or "."


def text(said: str) -> str:
    """Text that every reader takes."""
    return plain(said[:LONGEST])
