"""schemas/kubernetes: the core kinds, rewritten from the package kubernetes-validate into files that stand alone.

As the package ships them, every `$ref` is an address on a public host, all definitions lie in one file of 1.6 MB, null
is accepted twice (so that oneOf refuses it), and formats are only notes.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.schemas.file import write_index, write_schema
from tools.schemas.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.schemas.source import Schema

PACKAGE = "kubernetes-validate"
HOME = Path(str(files("kubernetes_validate"))) / "kubernetes-json-schema"
IDENTITY = "x-kubernetes-group-version-kind"
DROPPED = frozenset({"description", "$id", "$schema", IDENTITY, "x-kubernetes-action"}) | {
    *("x-kubernetes-patch-strategy", "x-kubernetes-patch-merge-key"),
}
FORMATS = frozenset({"date-time", "int32", "int64", "byte", "double"})
KEYED_BY_NAME = frozenset({"properties", "patternProperties"})
"""Their keys are names of fields, not words of JSON Schema: JSONSchemaProps has fields called $ref and description."""
LITERAL = frozenset({"enum", "default", "required"})


def package_version() -> str:
    """Version of the package that the schemas come from."""
    return version(PACKAGE)


def write_kubernetes(out: Path, minors: tuple[str, ...]) -> None:
    """Write every kind of the given minors, and an index that also remembers older ones: what was served when."""
    for minor in minors:
        definitions = _definitions(minor)
        kinds = list(_kinds(definitions))
        if not kinds:
            raise SourceError(f"{PACKAGE} {package_version()} has no kind for Kubernetes {minor}")
        for group, api_version, kind, body in kinds:
            # kubeconform knows core groups by their first word only: rbac.authorization.k8s.io is rbac
            name = "-".join(part for part in (kind.lower(), group.partition(".")[0], api_version) if part)
            schema = _with_definitions(_closed_identity(body, group, api_version, kind), definitions)
            write_schema(out / f"v{minor}.0" / f"{name}.json", schema)
        print(f"  Kubernetes {minor}: {len(kinds)} kinds", flush=True)
    write_index(out / "index.json", _index())


def _index() -> dict[str, Any]:
    """Group -> kind -> version -> minors that serve it, as far back as the package goes."""
    index: dict[str, Any] = {}
    minors = sorted((path.name.split(".")[1] for path in HOME.glob("*-local-strict")), key=int)
    for minor in minors:
        for group, api_version, kind, _ in _kinds(_definitions(f"1.{minor}")):
            served = index.setdefault(group, {}).setdefault(kind, {}).setdefault(api_version, [])
            served.append(f"1.{minor}")
    return index


def _definitions(minor: str) -> dict[str, Schema]:
    body = json.loads((HOME / f"v{minor}.0-local-strict" / "_definitions.json").read_text())
    definitions: dict[str, Schema] = body["$defs"]
    return definitions


def _kinds(definitions: dict[str, Schema]) -> Iterator[tuple[str, str, str, Schema]]:
    """Group, version, kind and schema of everything that has an ObjectMeta; lists and options are no objects."""
    for name in sorted(definitions):
        body = definitions[name]
        metadata = body.get("properties", {}).get("metadata", {}).get("$ref", "")
        for identity in body.get(IDENTITY, ()):
            if metadata.endswith(".ObjectMeta") and {"apiVersion", "kind"} <= body["properties"].keys():
                yield identity["group"], identity["version"], identity["kind"], body


def _closed_identity(body: Schema, group: str, api_version: str, kind: str) -> Schema:
    """The schema of a kind that asks for its own apiVersion and kind, and leaves status open: nobody writes it."""
    known = {"apiVersion": {"enum": [f"{group}/{api_version}" if group else api_version]}, "kind": {"enum": [kind]}}
    properties = body["properties"] | known
    if "status" in properties:
        properties["status"] = {"type": ["object", "null"]}
    return body | {"properties": properties, "required": sorted({"apiVersion", "kind", *body.get("required", ())})}


def _with_definitions(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """The schema with everything that it refers to, and what that refers to."""
    wanted: set[str] = set()
    out = _rewritten(schema, wanted)
    own: dict[str, Schema] = {}
    while waiting := sorted(wanted - own.keys()):
        for name in waiting:
            own[name] = _rewritten(definitions[name], wanted)
    return out | ({"definitions": {_short(name): own[name] for name in own}} if own else {})


def _rewritten(node: Schema, wanted: set[str]) -> Schema:
    """One schema, without what is not needed; names of definitions that it refers to go to `wanted`."""
    if isinstance(node.get("$ref"), str):
        name = node["$ref"].rpartition("/")[2]
        wanted.add(name)
        # draft-07 ignores what stands beside a $ref
        return {"$ref": f"#/definitions/{_short(name)}"}
    out: Schema = {}
    for key, value in node.items():
        if key in DROPPED or (key == "format" and value not in FORMATS):
            continue
        out[key] = _part(key, value, wanted)
    if "oneOf" in out and all(set(one) == {"type"} for one in out["oneOf"]):
        out["type"] = sorted({word for one in out.pop("oneOf") for word in one["type"]})
    return out


def _part(key: str, value: Any, wanted: set[str]) -> Any:  # noqa: ANN401 - the value of any keyword
    if key in KEYED_BY_NAME:
        return {name: _rewritten(schema, wanted) for name, schema in value.items()}
    if key in LITERAL:
        return value
    if isinstance(value, dict):
        return _rewritten(value, wanted)
    if isinstance(value, list):
        return [_rewritten(one, wanted) if isinstance(one, dict) else one for one in value]
    return value


def _short(name: str) -> str:
    """`core.v1.PodSpec` for `io.k8s.api.core.v1.PodSpec`: the last three words are unique."""
    return ".".join(name.split(".")[-3:])
