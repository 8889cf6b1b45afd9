"""Names of hosts as Istio compares them, and who sees what is exported.

Source: <https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERYWHERE = frozenset({"*"})


def meet(one: str, other: str) -> bool:
    """Whether some name is meant by both, either of which may begin with a wildcard."""
    if one.startswith("*") and other.startswith("*"):
        return one[1:].endswith(other[1:]) or other[1:].endswith(one[1:])
    if one.startswith("*"):
        return other.endswith(one[1:])
    return one.endswith(other[1:]) if other.startswith("*") else one == other


def scopes(places: Sequence[str], home: str) -> frozenset[str]:
    """The namespaces that `exportTo` names; everywhere if it names none or all, nowhere for `~`."""
    if not places or "*" in places:
        return EVERYWHERE
    return frozenset(home if place == "." else place for place in places if place != "~")


def overlap(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether some namespace sees both."""
    if "*" in one or "*" in other:
        return bool(one) and bool(other)
    return bool(one & other)


def named_from(name: str, namespace: str) -> tuple[str, str]:
    """Namespace and name of what is named `name` or `namespace/name`."""
    place, slash, rest = name.partition("/")
    return (place, rest) if slash else (namespace, name)
