"""A schema with all that the API server's code asks on top of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.schema.refused import control, forms, objects, pods, wholes
from bayplan.validation.schema.wording import SAYS

if TYPE_CHECKING:
    from bayplan.validation.schema.library import Schema
    from bayplan.validation.schema.refused.forms import Piece

FIELDS = {**pods.FIELDS, **objects.FIELDS, **control.FIELDS}
TYPES = {**pods.TYPES, **wholes.TYPES, **control.TYPES}
ROOTS = {**objects.ROOTS, **control.ROOTS}
PATHS = frozenset({"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"})
"""Kinds whose names may hold `:` and more: they are parts of a path and nothing else."""
LABELLED = frozenset({"Namespace"})
SERVICE = "Service"
RELAXED_SINCE = 36
"""Minor from which on the name of a Service may begin with a digit."""
LONGEST = {"CronJob": 52}
"""Names to which a controller adds something."""
ELSEWHERE = frozenset(
    {"APIService", "CertificateSigningRequest", "CustomResourceDefinition", "IPAddress", "PodDisruptionBudget"}
)
"""Kinds whose names have a form of their own, or none at all."""


EMPTY = {
    "batch.v1.JobSchedulingConstraints": ("topology",),
    "batch.v1.WorkloadSchedulingConstraints": ("topology",),
    "discovery.v1.EndpointHints": ("forZones",),
    "networking.v1.IngressSpec": ("rules", "tls"),
    "networking.v1.NetworkPolicyEgressRule": ("ports",),
    "networking.v1.NetworkPolicyIngressRule": ("ports",),
    "networking.v1.NetworkPolicySpec": ("egress", "ingress"),
    "rbac.v1.AggregationRule": ("clusterRoleSelectors",),
    "resource.v1.ExactDeviceRequest": ("derivedAttributes", "tolerations"),
    "storage.v1.CSIDriverSpec": ("tokenRequests",),
}
"""Lists, by Go type, whose entries may be empty, and so null."""
_BEGINNING = forms.pattern("([a-z0-9]([-a-z0-9]|[.][a-z0-9])*[.]?)?", "small letters, digits, `-` and `.`")
_OWNER: Piece = {"properties": dict.fromkeys(("apiVersion", "kind", "name", "uid"), forms.SOME)}


def laid_over(schema: Schema, *, kind: str, minor: str, built_in: bool) -> Schema:
    """A copy of a schema of a kind that refuses what the server refuses."""
    made = dict(schema)
    made["properties"] = dict(schema.get("properties", {}))
    if "metadata" not in made["properties"]:
        return schema
    if built_in:
        made["definitions"] = {name: _typed(name, node) for name, node in schema.get("definitions", {}).items()}
        for field, piece in ROOTS.get(kind, {}).items():
            if field in made["properties"]:
                made["properties"][field] = merged(made["properties"][field], piece)
    metadata = made["properties"]["metadata"]
    while "$ref" in metadata:
        metadata = made.get("definitions", {})[metadata["$ref"].rpartition("/")[2]]
    made["properties"]["metadata"] = _root_metadata(metadata, kind, minor)
    needed = {"metadata", "spec"} if built_in and kind in objects.WITH_SPEC else {"metadata"}
    made["required"] = sorted({*made.get("required", ()), *needed})
    return made


def _root_metadata(node: Schema, kind: str, minor: str) -> Schema:
    """Metadata of the object itself, whose name makes its address."""
    name = name_form(kind, minor)
    fields: dict[str, Piece] = {
        "annotations": forms.ANNOTATIONS,
        "labels": forms.LABELS,
        "name": name,
        "generateName": _BEGINNING,
        "namespace": forms.or_empty(forms.LABEL),
        "ownerReferences": {"items": _OWNER},
    }
    made = dict(node)
    made["properties"] = {
        key: merged(part, fields[key]) if key in fields else part for key, part in node.get("properties", {}).items()
    }
    return made | forms.some_of("name", "generateName")


def name_form(kind: str, minor: str) -> Piece:
    """What the name of an object must be."""
    if kind in PATHS:
        return forms.SEGMENT
    if kind in ELSEWHERE:
        return forms.SOME
    if kind == SERVICE:
        return forms.LABEL if int(minor.rpartition(".")[2]) >= RELAXED_SINCE else forms.DNS_1035
    if kind in LABELLED:
        return forms.LABEL
    return forms.SUBDOMAIN | ({"maxLength": LONGEST[kind]} if kind in LONGEST else {})


def _typed(name: str, node: Schema) -> Schema:
    """A definition with what is asked of its Go type."""
    fields, empty = FIELDS.get(name, {}), EMPTY.get(name, ())
    parts = {
        key: merged(part, fields[key]) if key in fields else part if key in empty else _of_entries(part)
        for key, part in node.get("properties", {}).items()
    }
    made = {**node, "properties": parts} if parts else node
    return merged(made, TYPES[name]) if name in TYPES else made


OPEN_TYPES = frozenset({"IntOrString", "JSON", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool", "MicroTime"})
OPEN_TYPES |= {"JSONSchemaPropsOrStringArray", "Quantity", "RawExtension", "Time"}
"""Types that are no mapping, or not always one: a CRD's `enum` is a list of JSON."""


def _of_entries(node: Schema) -> Schema:
    """A list of mappings, in which a null would be one without any field."""
    items = node.get("items", {})
    if "$ref" not in items or items["$ref"].rpartition(".")[2] in OPEN_TYPES:
        return node
    return {**node, "items": {"allOf": [items, {"type": "object"}]}}


def merged(node: Schema, piece: Piece) -> Schema:
    """A schema that asks for both; a reference has no room beside it."""
    if "$ref" in node:
        return {"allOf": [node, piece], **{key: piece[key] for key in (SAYS,) if key in piece}}
    made: dict[str, Any] = dict(node)
    for key, value in piece.items():
        if key in ("additionalProperties", "items") and isinstance(made.get(key), dict):
            made[key] = merged(made[key], value)
        elif key == "properties":
            known = made.get("properties", {})
            made["properties"] = {**known, **{one: merged(known.get(one, {}), part) for one, part in value.items()}}
        elif key == "required":
            made["required"] = sorted({*made.get("required", ()), *value})
        elif key in made and key in ("allOf", "anyOf", "oneOf"):
            made.setdefault("allOf", []).append({key: value})
        else:
            made[key] = value
    return made
