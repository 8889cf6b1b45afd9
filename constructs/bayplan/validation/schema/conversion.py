"""From a CRD's OpenAPI schema to a strict JSON Schema that judges as the API server does with fieldValidation=Strict.

Every rule here was found by comparing verdicts with k8s.io/apiextensions-apiserver on thousands of objects. The server
prunes unknown fields and fills in defaults by the *structural* part of a schema (properties, items,
additionalProperties) before the whole is validated; allOf, anyOf, oneOf and not only judge values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs

from bayplan.validation.schema.object_meta import METADATA, TEXT
from bayplan.validation.schema.portable import portable

if TYPE_CHECKING:
    from bayplan.validation.schema.library import Schema

KEPT = (
    "x-kubernetes-validations",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
)
SAME = (
    *("enum", "default", "pattern", "multipleOf", "minimum", "maximum", "uniqueItems"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
)
FORMATS = frozenset({"date-time", "int32", "int64", "double", "byte", "ipv4", "ipv6"})
"""Formats that mean something; `string` and `url` do not."""
DURATION = r"^[-+]?0$|[0-9]\s*[A-Za-zµμ]"
"""Instead of `format: duration`: kubeconform 0.7.0 panics where such a field holds anything but a string."""
NOT_NULL = ["object", "array", "string", "number", "boolean"]
INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]
JUNCTORS = ("allOf", "anyOf", "oneOf")


def strict_schema(openapi: Schema, *, api_version: str, kind: str) -> Schema:
    """The whole schema of one served version; status is left open, since nobody writes it."""
    out = _structural({"type": "object"} | openapi, resource=True)
    properties = out["properties"] | {"apiVersion": {"enum": [api_version]}, "kind": {"enum": [kind]}}
    if "status" in properties:
        properties["status"] = {"type": ["object", "null"]}
    return out | {"properties": properties, "required": [key for key in out["required"] if key != "status"]}


def _structural(node: Schema, *, resource: bool = False) -> Schema:
    out = _value_rules(node) | _junctors(node, node) | {key: node[key] for key in KEPT if key in node}
    if node.get("x-kubernetes-int-or-string"):
        out = _int_or_string(out)
    elif "type" in node:
        out["type"] = node["type"]
    if node.get("type") != "object":
        # flagger's Canary has a list that is `required: [...]`: it means nothing, but judges nothing wrongly either
        out |= {"required": sorted(node["required"])} if "required" in node else {}
    else:
        out |= _object(node, resource=resource or bool(node.get("x-kubernetes-embedded-resource")))
    if isinstance(node.get("items"), dict):
        out["items"] = _structural(node["items"])
    return _nullable(out) if node.get("nullable") else out


def _object(node: Schema, *, resource: bool) -> Schema:
    """Known properties only, also where there are none: the server would prune all others."""
    written = node.get("properties", {})
    required = set(node.get("required", ())) - _defaulted(node)
    properties = {key: _structural(value) for key, value in written.items()}
    for key in required & properties.keys():
        if "type" not in properties[key] and not written[key].get("nullable"):
            # a null would be pruned, and then be missing
            properties[key] = properties[key] | {"type": NOT_NULL}
    if resource:
        properties = (
            {"apiVersion": TEXT, "kind": TEXT} | properties | {"metadata": _metadata(written.get("metadata", {}))}
        )
        required |= {"apiVersion", "kind"}
    out: Schema = {"required": sorted(required)} if required else {}
    if properties:
        out["properties"] = properties
    more = node.get("additionalProperties")
    if isinstance(more, dict):
        out["additionalProperties"] = _structural(more)
    elif more is not True and not node.get("x-kubernetes-preserve-unknown-fields"):
        out["additionalProperties"] = False
    return out


def _metadata(node: Schema) -> Schema:
    """ObjectMeta, with what the CRD adds to it: `metadata.lables` is found."""
    said = _structural(node)
    return said | {
        "type": "object",
        "properties": METADATA | said.get("properties", {}),
        "additionalProperties": False,
    }


def _value_rules(node: Schema) -> Schema:
    """What may stand anywhere: rules about a value, none that close an object or say what is required."""
    out = {key: node[key] for key in SAME if key in node}
    for edge, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if node.get(exclusive):
            # OpenAPI 3.0 says true beside the edge, draft-07 says the edge itself
            out[exclusive] = out.pop(edge)
    if node.get("format") in FORMATS:
        out["format"] = node["format"]
    if node.get("format") == "duration":
        out.setdefault("pattern", DURATION)
    if "pattern" in out:
        out["pattern"] = portable(out["pattern"])
    return out


def _junctors(node: Schema, beside: Schema) -> Schema:
    out: Schema = {key: [_branch(one, beside) for one in node[key]] for key in JUNCTORS if key in node}
    if "not" in node:
        out["not"] = _branch(node["not"], beside)
    return out


def _branch(node: Schema, beside: Schema) -> Schema:
    """A schema inside allOf, anyOf, oneOf or not; `beside` is the structural node that it speaks of.

    The defaults of `beside` are in place when the branch is judged: a property with a default is never missing, and
    an absent one is that default, so a branch that refuses the default asks for the property to be written.
    """
    out = _value_rules(node) | ({"type": node["type"]} if "type" in node else {})
    defaulted = _defaulted(beside)
    required = set(node.get("required", ())) - defaulted
    if "properties" in node:
        known = beside.get("properties", {})
        out["properties"] = {key: _branch(value, known.get(key, {})) for key, value in node["properties"].items()}
        for key in defaulted & out["properties"].keys():
            if not jsonschema_rs.is_valid(out["properties"][key], known[key]["default"]):
                required.add(key)
    if required:
        out["required"] = sorted(required)
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            out[key] = _branch(node[key], _dict(beside.get(key)))
    return out | _junctors(node, beside)


def _int_or_string(out: Schema) -> Schema:
    """One type list instead of the anyOf that CRDs carry, alone or inside allOf."""
    out = out | {"type": ["integer", "string"]}
    if out.get("anyOf") == INT_OR_STRING:
        del out["anyOf"]
    rest = [one for one in out.pop("allOf", ()) if one != {"anyOf": INT_OR_STRING}]
    return out | {"allOf": rest} if rest else out


def _nullable(out: Schema) -> Schema:
    if "type" not in out:
        return out
    types = [out["type"]] if isinstance(out["type"], str) else out["type"]
    if "enum" in out and None not in out["enum"]:
        out = out | {"enum": [*out["enum"], None]}
    return out | {"type": [*types, "null"]}


def _defaulted(node: Schema) -> set[str]:
    """Properties that the server fills in before it validates."""
    return {key for key, value in node.get("properties", {}).items() if value.get("default") is not None}


def _dict(value: Any) -> Schema:  # noqa: ANN401 - additionalProperties may be a schema, a boolean or absent
    return value if isinstance(value, dict) else {}
