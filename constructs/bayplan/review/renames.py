"""Objects that are gone and back under another name: for Kubernetes two objects, for a reader one."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import product
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
MOST_OF_ONE_NAME = 20
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
    was, now = ([Values(one, are_few=are_few) for one in side] for side in (gone, come))
    found = product(range(len(was)), range(len(now))) if are_few else of_one_name(was, now)
    scores = [
        (-score, first, second) for first, second in found if (score := likeness(was[first], now[second])) >= LEAST_LIKE
    ]
    left, taken = set(range(len(gone))), set(range(len(come)))
    for _, first, second in sorted(scores):
        if first in left and second in taken:
            left.remove(first)
            taken.remove(second)
            yield gone[first], come[second]


def of_one_name(was: Sequence[Values], now: Sequence[Values]) -> Iterator[tuple[int, int]]:
    """Pairs of the same name, or of one namespace with the same name before its hash."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for second, new in enumerate(now):
        places[new.ref.name,].append(second)
        places[new.ref.namespace, new.stem].append(second)
    for first, old in enumerate(was):
        same = {*places.get((old.ref.name,), ()), *places.get((old.ref.namespace, old.stem), ())}
        yield from ((first, second) for second in sorted(same)[:MOST_OF_ONE_NAME])


class Values:
    """What an object says beside its name."""

    def __init__(self, manifest: Manifest, *, are_few: bool) -> None:
        self.ref = manifest.ref
        self.stem = stem(manifest)
        body = {key: value for key, value in manifest.body.items() if key not in ("metadata", "status")}
        self.written = frozenset(flat(body, "", "")) if are_few else frozenset()
        self.unnamed = frozenset(flat(body, "", manifest.ref.name)) if are_few else frozenset()
        """With something else for its own name."""


def likeness(was: Values, now: Values) -> float:
    """How much of two objects is the same, from 0 to 1; 1 for one name, in another namespace or with another hash."""
    if was.ref.name == now.ref.name or (was.ref.namespace == now.ref.namespace and was.stem == now.stem):
        return 1.0
    return max(shared(was.written, now.written), shared(was.unnamed, now.unnamed))


def shared(old: frozenset[str], new: frozenset[str]) -> float:
    """The part of two sets that both have; a single value says nothing."""
    together = len(old | new)
    return len(old & new) / together if together > 1 else 0.0


def stem(manifest: Manifest) -> str:
    """The name without the hash of the content."""
    found = HASHED.fullmatch(manifest.ref.name)
    return found[1] if found else manifest.ref.name


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
