"""A publisher's description of an API, and what does not follow it: requests of ours, or answers of a test's server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import yaml
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parent / "schemas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of a description."""

    method: str
    template: str
    about: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    def fit(self, path: str) -> dict[str, str] | None:
        """The parameters in a path; None for a path of another operation."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.template))
        found = re.fullmatch(pattern, path)
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None


@cache
def operations(forge: str) -> tuple[str, tuple[Operation, ...]]:
    """The path that all of an API lies below, and what it can do."""
    document = yaml.safe_load((SCHEMAS / f"{forge}.yaml").read_text())
    found = [
        Operation(method=method.upper(), template=template, about=about)
        for template, methods in document["paths"].items()
        for method, about in methods.items()
    ]
    return document["servers"][0]["url"], tuple(found)


def operation_of(forge: str, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """Which operation a request means, and the parameters of its path; None where the API has none such."""
    prefix, known = operations(forge)
    for one in known:
        parameters = one.fit(path.removeprefix(prefix)) if path.startswith(prefix) else None
        if one.method == method and parameters is not None:
            return one, parameters
    return None


def wrong_request(operation: Operation, parameters: dict[str, str], query: str, body: Any) -> list[str]:
    """What the description does not allow in a request."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    allowed = {one["name"]: one for one in operation.about["parameters"]}
    wrong = [f"{operation}: knows no {name}" for name in sorted(set(asked) - set(allowed))]
    for name, one in allowed.items():
        given = (parameters if one["in"] == "path" else asked).get(name)
        if given is None:
            wrong += [f"{operation}: lacks {name}"] * one["required"]
        else:
            wrong += violations(one["schema"], _number(given), f"{operation}: {name}")
    wanted = operation.about.get("requestBody")
    if wanted is None:
        return wrong + [f"{operation}: takes no body"] * (body is not None)
    unknown = sorted(set(body or ()) - set(wanted["schema"]["properties"]))
    return wrong + [f"{operation}: knows no {name}" for name in unknown] + violations(wanted["schema"], body, "body")


def wrong_answer(operation: Operation, status: int, body: Any) -> list[str]:
    """What the description does not allow in an answer of the test's server."""
    known = operation.about["responses"].get(str(status))
    if known is None:
        return [f"{operation}: never answers {status}"]
    return violations(known["schema"], body, f"{operation}: {status}") if "schema" in known else []


def violations(schema: dict[str, Any], value: Any, where: str) -> list[str]:
    """Each with its place; in the order of the document."""
    validator = Draft202012Validator(plain(schema), format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{where}{error.json_path[1:]}: {error.message}" for error in validator.iter_errors(value)]


def plain(schema: Any) -> Any:
    """OpenAPI's `nullable` as JSON Schema says it."""
    if isinstance(schema, list):
        return [plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: plain(value) for key, value in schema.items() if key != "nullable"}
    return made | ({"type": [schema["type"], "null"]} if schema.get("nullable") is True else {})


def _number(text: str) -> str | int:
    return int(text) if text.isdecimal() else text
