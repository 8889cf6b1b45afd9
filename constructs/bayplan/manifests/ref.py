"""The name of an object: what the API server knows it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """Group, kind, namespace and name: two objects with the same Ref are one object.

    The version is left out on purpose: apps/v1beta1 and apps/v1 of one name are the same object in the cluster.
    """

    group: str
    """"" for core kinds."""
    kind: str
    namespace: str
    """"" for cluster-scoped objects."""
    name: str

    def __str__(self) -> str:
        where = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {where}"

    @classmethod
    def of(cls, body: dict[str, Any]) -> Ref:
        """The Ref of an object; missing or malformed parts become empty text (rules report them)."""
        metadata = body.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        group, slash, _ = _text(body.get("apiVersion")).partition("/")
        return cls(
            group if slash else "",
            _text(body.get("kind")),
            _text(metadata.get("namespace")),
            _text(metadata.get("name")),
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
