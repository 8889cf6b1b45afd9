"""The bounds of whole numbers of 32 bits, which a schema names but no JSON Schema validator looks at.

The API server refuses a larger number in a custom resource. In a built-in kind, server-side apply cuts off what does
not fit and reports success: `replicas: 4294967301` is kept as 5 (kube-apiserver 1.37; see tests/e2e/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bayplan.validation.schema.library import Schema

LEAST, LARGEST = -(1 << 31), (1 << 31) - 1


def bounded(schema: Schema) -> Schema:
    """A copy in which `format: int32` has its minimum and maximum; those that are written stay."""
    copied: Schema = _bounded(schema)
    return copied


def _bounded(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(node, list):
        return [_bounded(one) for one in node]
    if not isinstance(node, dict):
        return node
    bounds = {"minimum": LEAST, "maximum": LARGEST} if node.get("format") == "int32" else {}
    return bounds | {key: _bounded(value) for key, value in node.items()}
