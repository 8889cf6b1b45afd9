"""Every function by its name: those that stand alone, and those of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cel.functions import (
    addresses,
    conversions,
    formats,
    lists,
    optionals,
    patterns,
    quantities,
    texts,
    times,
    urls,
    versions,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bayplan.validation.cel.values import Value

_FAMILIES = (
    conversions,
    texts,
    lists,
    optionals,
    times,
    patterns,
    quantities,
    addresses,
    urls,
    formats,
    versions,
)
ALONE: dict[str, Callable[..., Value]] = {}
"""`size(x)`, `optional.of(x)`."""
OF_VALUES: dict[str, Callable[..., Value]] = {}
"""`x.size()`; the value comes first."""
for _family in _FAMILIES:
    ALONE.update(_family.ALONE)
    OF_VALUES.update(_family.OF_VALUES)

NOT_COVERED = (
    "authorizer and its path(), group(), resource(), check(), ... (who may do what is known to a cluster only)",
    "request, params, namespaceObject, variables (of admission policies; rules of CRDs have self and oldSelf)",
    "jsonpatch.escapeKey, JSONPatch{...}, Object{...} (mutating admission policies)",
    "Message{...}: protobuf messages, which CRDs do not have",
    "cel.bind, math.*, base64.*, strings.quote, x.reverse of a text (not in Kubernetes)",
    "the static types of an expression: what fails for its types is told when it is evaluated",
    "the cost limits of the API server; a rule of more than a million rounds is not evaluated",
)
"""What an expression may name and is not evaluated here: such a rule is told as not checked."""


def fits(function: Callable[..., Value], count: int) -> bool:
    """Whether a function takes so many arguments."""
    code = function.__code__
    if code.co_flags & 4:
        return True
    return code.co_argcount - len(function.__defaults__ or ()) <= count <= code.co_argcount
