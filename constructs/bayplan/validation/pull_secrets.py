"""Secrets that the kubelet can pull images with, as far as files show them.

Source: <https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets>
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bayplan.validation.fields import text_at

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

TYPES = frozenset({"kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"})
KEYS = frozenset({".dockerconfigjson", ".dockercfg"})
MAKERS = {
    "ExternalSecret.external-secrets.io": ("spec", "target", "template", "type"),
    "SealedSecret.bitnami.com": ("spec", "template", "type"),
}
"""Kinds that make Secrets, and where they say of which type."""


class PullSecrets:
    """The Secrets of one cluster by their type."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def _types(self) -> dict[tuple[str, str], str]:
        return {(one.ref.namespace, one.ref.name): type_of(one) for one in self._world.by_kind.get("Secret", ())}

    @cached_property
    def _made(self) -> tuple[frozenset[str], frozenset[str]]:
        made = {where for where, kind in self._types.items() if kind in TYPES}
        for maker, path in MAKERS.items():
            for one in self._world.by_kind.get(maker, ()):
                if text_at(one.body, *path) in TYPES:
                    made.add((one.ref.namespace, one.ref.name))
        return frozenset(namespace for namespace, _ in made), frozenset(name for _, name in made)

    def are_managed(self, namespace: str, name: str) -> bool:
        """Whether files make pull secrets in a namespace, or of a name: then a missing one is told."""
        namespaces, names = self._made
        return namespace in namespaces or name in names

    def type_of(self, namespace: str, name: str) -> str | None:
        """The type of a Secret that stands in the tree; None for one that does not."""
        return self._types.get((namespace, name))


def type_of(secret: Manifest) -> str:
    """The type of a Secret, "" for the usual one."""
    return text_at(secret.body, "type")
