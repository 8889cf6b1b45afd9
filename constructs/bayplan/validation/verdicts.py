"""What the schemas say of an object, asked once for the three rules that tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.schema.judge import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.rule import Hit

NEWEST = "1.37"
"""Kubernetes by whose schemas a tree is judged whose cluster is not known."""


class Verdicts:
    """The schemas' verdicts on the objects of one cluster."""

    def __init__(self, kubernetes: str) -> None:
        self._kubernetes = kubernetes
        self._told: dict[int, tuple[tuple[str, Hit], ...]] = {}

    def of(self, manifest: Manifest, code: str) -> Iterator[Hit]:
        """What one rule has to tell of an object."""
        key = id(manifest)
        if key not in self._told:
            self._told[key] = tuple(judge(manifest, kubernetes=self._kubernetes))
        return (hit for found, hit in self._told[key] if found == code)
