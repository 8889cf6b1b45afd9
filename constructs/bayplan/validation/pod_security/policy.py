"""What the labels of a Namespace ask of its pods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.ref import Ref
from bayplan.validation.fields import is_variable, texts_at
from bayplan.validation.pod_security.standards import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

PREFIX = "pod-security.kubernetes.io/"
MODES = ("enforce", "warn", "audit")
_VERSION = re.compile(r"latest|v1\.([0-9]|[1-9][0-9]{1,4})")


class Level(NamedTuple):
    """A level as it was in a version of Kubernetes."""

    name: str
    minor: int


def level_of(labels: Mapping[str, str], mode: str, minor: int) -> Level | None:
    """What a mode asks for in a cluster of that minor; None where no label says it, or what it says is no level.

    A word that is no level is refused with its Namespace: nobody's pods are judged by it.
    """
    name = labels.get(PREFIX + mode, "")
    written = _VERSION.fullmatch(labels.get(f"{PREFIX}{mode}-version", "latest"))
    if name not in LEVELS or written is None:
        return None
    return Level(name, min(int(written[1]), minor) if written[1] else minor)


def mistakes(labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Label and reason for everything that the API server does not take."""
    for mode in MODES:
        name, version = labels.get(PREFIX + mode), labels.get(f"{PREFIX}{mode}-version")
        if name is not None and name not in LEVELS and not is_variable(name):
            yield PREFIX + mode, f"is {name!r}, must be one of {', '.join(LEVELS)}"
        if version is not None and not _VERSION.fullmatch(version) and not is_variable(version):
            yield f"{PREFIX}{mode}-version", f'is {version!r}, must be "latest" or a version such as "v1.37"'


def namespace_of(manifest: Manifest, world: World) -> Manifest | None:
    """The Namespace that an object goes into, if the tree has it."""
    found = world.inventory.by_ref.get(Ref("", "Namespace", "", manifest.ref.namespace), ())
    return found[0] if found else None


def labels_of(namespace: Manifest) -> dict[str, str]:
    """Labels of a Namespace."""
    return texts_at(namespace.body, "metadata", "labels")
