"""How large objects are, measured as the API server does, and only where they may be large."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, text_at
from bayplan.validation.flux.built import Built

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

CODED = 0.75
"""Bytes of what a character of base64 stands for."""


def annotations_size(body: Mapping[str, object]) -> int:
    """Keys and values of all annotations."""
    annotations = mapping_at(body, "metadata", "annotations")
    if not annotations:
        return 0
    size = sum(len(value) for value in annotations.values() if isinstance(value, str))
    if size < 1 << 16:
        return size
    return sum(len(f"{key}{value}".encode("utf-8", "replace")) for key, value in annotations.items())


def data_size(manifest: Manifest) -> int:
    """The values of a ConfigMap or Secret, decoded."""
    if manifest.ref.group or manifest.ref.kind not in ("ConfigMap", "Secret"):
        return 0
    coded = "binaryData" if manifest.ref.kind == "ConfigMap" else "data"
    plain = "data" if manifest.ref.kind == "ConfigMap" else "stringData"
    size = sum(len(text.encode("utf-8", "replace")) for text in _texts(manifest, plain))
    return size + int(sum(len(text) - text.count("\n") - text.count("=") for text in _texts(manifest, coded)) * CODED)


def object_size(manifest: Manifest) -> int:
    """The object as JSON."""
    body = {key: value for key, value in manifest.body.items() if key != "status"}
    return len(json.dumps(body, separators=(",", ":"), ensure_ascii=False, default=str).encode("utf-8", "replace"))


def may_be_large(manifest: Manifest, world: World) -> bool:
    """Whether it is worth weighing: it was built, or its file is large enough."""
    return isinstance(manifest, Built) or (world.delivery is not None and world.delivery.is_large(manifest.file))


def _texts(manifest: Manifest, part: str) -> list[str]:
    values = mapping_at(manifest.body, part)
    return [text for key in values if (text := text_at(values, key))]
