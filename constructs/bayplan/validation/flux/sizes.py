"""How large objects are, measured as the API server does, and only where they may be large."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, text_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

CODED = 0.75
"""Bytes of what a character of base64 stands for."""


def annotations_size(body: Mapping[str, object]) -> int:
    """Keys and values of all annotations."""
    annotations = mapping_at(body, "metadata", "annotations")
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


def object_size(manifest: Manifest, world: World) -> int:
    """The object as JSON; 0 where its file is too small for it to matter."""
    if world.delivery is None or not world.delivery.is_large(manifest.file):
        return 0
    body = {key: value for key, value in manifest.body.items() if key != "status"}
    return len(json.dumps(body, separators=(",", ":"), ensure_ascii=False, default=str).encode("utf-8", "replace"))


def _texts(manifest: Manifest, part: str) -> list[str]:
    values = mapping_at(manifest.body, part)
    return [text for key in values if (text := text_at(values, key))]
