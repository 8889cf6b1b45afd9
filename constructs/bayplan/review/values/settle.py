"""An object as the API server keeps it: without what says nothing, without defaults, amounts as amounts.

Entries of lists keep their places, so that a pointer into what is settled is a pointer into what is written.
"""

from __future__ import annotations

import base64
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bayplan.manifests.origin import ORIGIN, place_of
from bayplan.review.values.defaults import defaults_of
from bayplan.review.values.shape import NOTHING, Shape
from bayplan.validation.fields import mapping_at
from bayplan.validation.likeness import AMOUNTS, amount

if TYPE_CHECKING:
    from collections.abc import Mapping

QUANTITY = "api.resource.Quantity"
SERVERS_OWN = frozenset(
    {"creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid", "deletionTimestamp"}
)
"""Of the metadata: nobody decides them."""


def settled_object(body: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """A whole object."""
    kept = settled_mapping({key: value for key, value in body.items() if key != "status"}, shape, "")
    metadata = kept.pop("metadata", None)
    if isinstance(metadata, dict):
        kept |= {"metadata": settled_metadata(metadata, str(body.get("kind")))}
    if shape.is_built_in:
        kept.pop("apiVersion", None)  # another version of one kind is the same object
    if shape.type_name == "core.v1.Secret":
        kept = in_one(kept)
    return kept


def settled_metadata(metadata: dict[str, Any], kind: str) -> dict[str, Any]:
    """What somebody decides of the metadata; of the origin its file, since lines move with every edit."""
    kept = {key: value for key, value in metadata.items() if key not in SERVERS_OWN}
    annotations = dict(mapping_at(kept, "annotations"))
    if isinstance(annotations.get(ORIGIN), str):
        annotations[ORIGIN] = place_of(annotations[ORIGIN])[0]
    if "annotations" in kept and isinstance(kept["annotations"], dict):
        kept["annotations"] = annotations
    labels = kept.get("labels")
    if kind == "Namespace" and isinstance(labels, dict):
        kept["labels"] = {key: value for key, value in labels.items() if key != "kubernetes.io/metadata.name"}
    return {key: value for key, value in kept.items() if not is_empty(value)}


def in_one(secret: dict[str, Any]) -> dict[str, Any]:
    """A Secret as it is stored: what is written as text goes over what is written in base64."""
    kept, texts = dict(secret), mapping_at(secret, "stringData")
    if texts:
        coded = {key: base64.b64encode(str(value).encode()).decode() for key, value in texts.items()}
        kept["data"] = mapping_at(secret, "data") | coded
        del kept["stringData"]
    return kept


def settle(value: Any, shape: Shape, key: str = "") -> Any:  # noqa: ANN401 - any part of an object
    """A part of an object; `key` is what it stands under."""
    if isinstance(value, dict):
        return settled_mapping(value, shape, key)
    if isinstance(value, list):
        entries = shape.entries
        return [settle(item, entries, key) for item in value]
    if shape.type_name == QUANTITY or (key in AMOUNTS and not shape.type_name):
        return amount(value)
    return value


def settled_mapping(value: dict[str, Any], shape: Shape, key: str) -> dict[str, Any]:
    """A mapping without what says nothing."""
    is_amounts = key in AMOUNTS
    found: dict[str, Any] = {}
    for name, item in value.items():
        kept = settle(item, shape.field(str(name)), key if is_amounts else str(name))
        if kept is not None:
            found[str(name)] = kept
    if shape.is_built_in and (pointers := zeros().get(shape.type_name.lower())) is not None:
        fields = shape.node.get("properties", ())
        found = {name: item for name, item in found.items() if item or name in pointers or name not in fields}
    if shape.is_built_in:
        implied: Mapping[str, Any] = defaults_of(shape.short, found)
    else:
        implied = {name: shape.default(name) for name in found}
    return {name: item for name, item in found.items() if not is_implied(item, implied.get(name, NOTHING), shape, name)}


def is_implied(value: object, default: object, shape: Shape, name: str) -> bool:
    """Whether a settled value is the default, which may hold defaults itself."""
    if isinstance(default, dict | list) and type(value) is type(default):
        default = settle(default, shape.field(name), name)
    return default is not NOTHING and is_same(value, default)


def is_same(value: object, default: object) -> bool:
    """Whether a value is the default; a list of words in any order."""
    if isinstance(value, list) and isinstance(default, list) and all(isinstance(one, str) for one in value):
        return sorted(value) == sorted(default, key=str)
    return value == default and isinstance(value, bool) == isinstance(default, bool)


def is_empty(value: object) -> bool:
    """Whether a value is a zero of its type, or none at all."""
    return not value


@cache
def zeros() -> dict[str, frozenset[str]]:
    """Type to the fields in which a zero says something; see tools/zeros.py."""
    text = files("bayplan.review.values").joinpath("zeros.json").read_text()
    return {name.lower(): frozenset(fields) for name, fields in json.loads(text).items()}
