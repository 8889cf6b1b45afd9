"""schemas/crds: a file for every wanted kind, and an index that knows every version of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.schemas.definitions import with_definitions
from tools.schemas.file import write_index, write_schema
from tools.schemas.source import SourceError

from bayplan.validation.schema.conversion import strict_schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tools.schemas.source import Schema

_UNKNOWN: Schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
"""What a version without a schema accepts."""


def write_crds(out: Path, crds: Mapping[str, Schema], wanted: frozenset[str]) -> None:
    """Write the schemas of the wanted `group/version/Kind`s and the index of all; SourceError when one is not there."""
    index: dict[str, dict[str, Schema]] = {}
    written: set[str] = set()
    for name in sorted(crds):
        spec = crds[name]
        group, kind = spec["group"], spec["names"]["kind"]
        index.setdefault(group, {})[kind] = _about(spec)
        for version in spec["versions"]:
            asked = f"{group}/{version['name']}/{kind}"
            if asked in wanted and version["served"]:
                body = version.get("schema", {}).get("openAPIV3Schema") or _UNKNOWN
                schema = strict_schema(body, api_version=f"{group}/{version['name']}", kind=kind)
                write_schema(out / group / f"{kind.lower()}_{version['name']}.json", with_definitions(schema))
                written.add(asked)
    if missing := sorted(wanted - written):
        raise SourceError(f"kinds.txt asks for {', '.join(missing)}, which no module serves")
    write_index(out / "index.json", index)


def _about(spec: Schema) -> Schema:
    return {
        "plural": spec["names"]["plural"],
        "scope": spec["scope"],
        "module": spec["bayplan"]["module"],
        "path": spec["bayplan"]["path"],
        "versions": {version["name"]: _about_version(version) for version in spec["versions"]},
    }


def _about_version(version: Schema) -> Schema:
    """Only what is out of the ordinary: an entry without keys is a version that is served and well."""
    about: Schema = {}
    if not version["served"]:
        about["served"] = False
    if version["storage"]:
        about["storage"] = True
    if version.get("deprecated"):
        about["deprecated"] = version.get("deprecationWarning") or True
    if "scale" in version.get("subresources", {}):
        about["scale"] = version["subresources"]["scale"]
    return about
