"""All objects of one tree, with the look-ups that rules need."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.place import Place
    from bayplan.manifests.ref import Ref


@dataclass(frozen=True, kw_only=True, eq=False)
class Inventory:
    """The objects of a tree, in the order of their files. Indexes are built once, when asked for."""

    manifests: tuple[Manifest, ...]
    place: Place | None = None
    """Where the files lie, for who must read what is no manifest; None for a tree that is in no folder."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Bytes of each file that was read."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """The files themselves, path to text, of a tree that is in no folder."""

    @cached_property
    def by_ref(self) -> Mapping[Ref, tuple[Manifest, ...]]:
        """Every manifest of an object; more than one is a finding."""
        found: dict[Ref, list[Manifest]] = {}
        for manifest in self.manifests:
            found.setdefault(manifest.ref, []).append(manifest)
        return {ref: tuple(same) for ref, same in found.items()}
