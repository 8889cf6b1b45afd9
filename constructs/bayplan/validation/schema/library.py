"""The schemas that bayplan carries: where they lie, which kinds and versions they know."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import bayplan

Schema = dict[str, Any]
"""A JSON Schema of draft-07."""


@cache
def home() -> Path:
    """The folder `schemas/`: inside the installed package, else at the root of the checkout.

    Raises FileNotFoundError when it is in neither place: without schemas no verdict means anything.
    """
    package = Path(bayplan.__file__).parent
    for place in (package / "schemas", package.parent.parent / "schemas"):
        if (place / "lock.json").is_file():
            return place
    raise FileNotFoundError(f"no schemas beside {package}: install bayplan again, or run `make schemas` in a checkout")


@cache
def crd_kinds() -> dict[str, dict[str, Any]]:
    """Group -> kind -> plural, scope, module and versions: also the versions that have no schema here."""
    index: dict[str, dict[str, Any]] = _read(home() / "crds" / "index.json")
    return index


@cache
def core_kinds() -> dict[str, dict[str, dict[str, list[str]]]]:
    """Group -> kind -> version -> minors of Kubernetes that serve it, from 1.25 on."""
    index: dict[str, dict[str, dict[str, list[str]]]] = _read(home() / "kubernetes" / "index.json")
    return index


@cache
def schema_of(group: str, version: str, kind: str, minor: str) -> Schema | None:
    """The schema of a kind, or None when there is none; `minor` of Kubernetes ("1.37") matters for core kinds only."""
    # only what an index names becomes a path: the words are those of whoever wrote the tree
    if version in core_kinds().get(group, {}).get(kind, {}):
        name = "-".join(part for part in (kind.lower(), group.partition(".")[0], version) if part)
        path = home() / "kubernetes" / f"v{minor}.0" / f"{name}.json"
    elif version in crd_kinds().get(group, {}).get(kind, {}).get("versions", {}):
        path = home() / "crds" / group / f"{kind.lower()}_{version}.json"
    else:
        return None
    return _read(path) if path.is_file() else None


def _read(path: Path) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(path.read_bytes())
    return body
