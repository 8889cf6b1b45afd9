"""Objects that are gone and back under another name: for Kubernetes two objects, for a reader one."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest

LEAST_LIKE = 0.7
"""Part of their values that two objects share at least."""
MOST_PAIRS = 40_000
"""Of one kind that are compared: beyond that only those of one name are."""
HASHED = re.compile(r"(.+)-(?:[bcdfghkmt2456789]{10}|[0-9a-f]{8,64})")
"""A name that ends with a hash of its content: kustomize's, or somebody's hexadecimal one."""
OWN_NAME = "\0"


def renamed(removed: Sequence[Manifest], added: Sequence[Manifest]) -> Iterator[tuple[Manifest, Manifest]]:
    """Pairs of what is gone and what came for it, the most alike first."""
    gone, come = of_kinds(removed), of_kinds(added)
    for kind in sorted(gone.keys() & come.keys()):
        yield from matched(gone[kind], come[kind])


def of_kinds(manifests: Sequence[Manifest]) -> dict[str, list[Manifest]]:
    """Objects by kind."""
    found: dict[str, list[Manifest]] = defaultdict(list)
    for manifest in manifests:
        found[kind_of(manifest)].append(manifest)
    return found


def matched(gone: Sequence[Manifest], come: Sequence[Manifest]) -> Iterator[tuple[Manifest, Manifest]]:
    """Objects of one kind."""
    are_few = len(gone) * len(come) <= MOST_PAIRS
    was, now = (
        [values_of(one) for one in side] if are_few else [frozenset[str]()] * len(side) for side in (gone, come)
    )
    scores = [
        (-score, first, second)
        for first in range(len(gone))
        for second in range(len(come))
        if (are_few or stem(gone[first]) == stem(come[second]))
        and (score := likeness(gone[first], come[second], was[first], now[second])) >= LEAST_LIKE
    ]
    left, taken = set(range(len(gone))), set(range(len(come)))
    for _, first, second in sorted(scores):
        if first in left and second in taken:
            left.remove(first)
            taken.remove(second)
            yield gone[first], come[second]


def likeness(was: Manifest, now: Manifest, old: frozenset[str], new: frozenset[str]) -> float:
    """How much of two objects is the same, from 0 to 1; 1 for one name, in another namespace or with another hash."""
    same_name = was.ref.name == now.ref.name or (was.ref.namespace == now.ref.namespace and stem(was) == stem(now))
    if same_name and stem(was):
        return 1.0
    together = len(old | new)
    return len(old & new) / together if together > 1 else 0.0


def stem(manifest: Manifest) -> str:
    """The name without the hash of the content."""
    found = HASHED.fullmatch(manifest.ref.name)
    return found[1] if found else manifest.ref.name


def values_of(manifest: Manifest) -> frozenset[str]:
    """Every value with its way to it; the object's own name stands for any name."""
    body = {key: value for key, value in manifest.body.items() if key not in ("metadata", "status")}
    return frozenset(flat(body, "", manifest.ref.name))


def flat(value: Any, way: str, name: str) -> Iterator[str]:  # noqa: ANN401 - any part of an object
    """The leaves of a part."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, f"{way}.{key}", name)
    elif isinstance(value, list):
        for item in value:
            yield from flat(item, f"{way}[]", name)
    else:
        yield f"{way}={str(value).replace(name, OWN_NAME) if name else value}"
