"""What controllers make for the objects of a tree, by name: the table `operators.yaml`, and what a user adds to it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.yaml import read
from bayplan.validation.fields import is_variable, mapping_at, text_at, value_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.makers import HARMLESS_GROUPS
from bayplan.validation.settings import Made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.manifests.manifest import Manifest

HOLE = re.compile(r"\{([^{}]*)\}")
ASKED = frozenset(
    {"monitoring.coreos.com", "gateway.networking.k8s.io", "networking.k8s.io", "snapshot.storage.k8s.io"}
)
"""Groups of the table that are harmless otherwise."""
PLAIN = HARMLESS_GROUPS - ASKED


class Product(NamedTuple):
    """One object that a controller will make."""

    kind: str
    namespace: str
    name: str
    keys: frozenset[str] | None
    """All its keys; None where they are not known."""


class Products:
    """Everything that controllers will make for the objects of a tree."""

    def __init__(self, manifests: Iterable[Manifest], more: Mapping[str, tuple[Made, ...]]) -> None:
        self.all = tuple(product for manifest in manifests for product in products_of(manifest, more))
        self._names = frozenset((one.kind, one.namespace, one.name) for one in self.all)

    def has(self, kind: str, namespace: str, name: str) -> bool:
        """Whether a controller makes it."""
        return (kind, namespace, name) in self._names


def products_of(manifest: Manifest, more: Mapping[str, tuple[Made, ...]]) -> Iterator[Product]:
    """What the controller of one object makes for it."""
    ref = manifest.ref
    if ref.group in PLAIN and not more:
        return
    connection = mapping_at(manifest.body, "spec", "writeConnectionSecretToRef")  # every kind of Crossplane has it
    if connection:
        yield Product("Secret", text_at(connection, "namespace") or ref.namespace, text_at(connection, "name"), None)
    kind = kind_of(manifest)
    for made in (*(table().get(kind, ()) if ref.group not in PLAIN else ()), *more.get(kind, ())):
        for name in names_of(made.name, manifest) if made.name else ():
            yield Product(made.kind, ref.namespace, name, frozenset(made.keys) or None)


def names_of(pattern: str, manifest: Manifest) -> Iterator[str]:
    """The names that a pattern makes of an object: `{name}-rw`, `{spec.users.*}.{name}`, `{spec.secretName|name}`."""
    hole = HOLE.search(pattern)
    if hole is None:
        if pattern and not is_variable(pattern):
            yield pattern
        return
    for value in values_of(hole[1], manifest):
        yield from names_of(pattern[: hole.start()] + value + pattern[hole.end() :], manifest)


def values_of(hole: str, manifest: Manifest) -> tuple[str, ...]:
    """The texts at the first of some paths that leads to any; `*` stands for all keys, or all items of a list."""
    for way in hole.split("|"):
        path = ["metadata", "name"] if way == "name" else way.split(".")
        found = tuple(dict.fromkeys(texts_at(manifest.body, path)))
        if found:
            return found
    return ()


def texts_at(body: object, path: list[str]) -> Iterator[str]:
    """Every text at a path."""
    if not path:
        yield from (body,) if isinstance(body, str) and body and "{" not in body else ()
        return
    first, rest = path[0], path[1:]
    if first == "*" and isinstance(body, list):
        for item in body:
            yield from texts_at(item, rest)
    elif first == "*" and isinstance(body, dict):
        for key, value in body.items():
            yield from texts_at(value, rest) if rest else (str(key),)
    else:
        yield from texts_at(value_at(body, first), rest)


@cache
def table() -> Mapping[str, tuple[Made, ...]]:
    """Kind with its group to what its controller makes, by its documentation."""
    data = Path(__file__).with_name("operators.yaml").read_bytes()
    found: dict[str, tuple[Made, ...]] = {}
    for row in read(data, file="operators.yaml")[0].body:
        made = tuple(
            Made(kind=kind, name=str(one[0]), keys=tuple(map(str, one[1:])))
            for kind, names in row["makes"].items()
            for one in (name if isinstance(name, list) else [name] for name in names)
        )
        for kind in row["kinds"]:
            found[kind] = (*found.get(kind, ()), *made)
    return found
