"""What is declared to be there: in the settings of a check, and by the annotation of a rendered Namespace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import annotation
from bayplan.validation.settings import External

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.manifests.manifest import Manifest

ANNOTATION = "bayplan.dev/externals"
"""On a Namespace: a JSON list of what its app needs and does not bring: `[{"kind": "Secret", "name": "a", ...}]`."""


class Externals:
    """Everything that is declared, by kind."""

    def __init__(self, declared: Iterable[External], namespaces: Iterable[Manifest]) -> None:
        self.all = (*declared, *(one for namespace in namespaces for one in written_on(namespace)))
        self._by_kind: dict[str, list[External]] = {}
        for one in self.all:
            self._by_kind.setdefault(one.kind, []).append(one)

    def who(self, kind: str, namespace: str, name: str = "") -> str:
        """Who makes an object, in words; "" if it is not declared."""
        for one in self._by_kind.get(kind, ()):
            if one.means(kind, namespace, name):
                return f"{one.said_in or 'the caller'} says that it is made elsewhere{one.why and f': {one.why}'}"
        return ""

    def exact(self) -> Iterator[External]:
        """Those that name one object and all of its keys."""
        return (one for one in self.all if one.keys and not {"*", "?"} & {*one.name, *one.namespace})


def written_on(namespace: Manifest) -> Iterator[External]:
    """What the annotation of a Namespace declares; what is no declaration is passed over."""
    text = annotation(namespace.body, ANNOTATION)
    try:
        listed: Any = json.loads(text) if text else []
    except (ValueError, RecursionError):
        return
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and isinstance(one.get("kind"), str) and isinstance(one.get("name"), str):
            keys = one.get("keys")
            yield External(
                kind=one["kind"],
                name=one["name"],
                namespace=str(one.get("namespace") or namespace.ref.name),
                keys=tuple(str(key) for key in keys) if isinstance(keys, list) else (),
                why=str(one.get("why", "")),
                said_in=namespace.origin,
            )
