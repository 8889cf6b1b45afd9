"""Which files of a tree reach which cluster, and which of them are changed on the way.

Flux applies what its Kustomizations lead to: a folder as it is, or what the folder's kustomization.yaml lists. Where a
file is patched, renamed or moved to another namespace on the way, what stands in it is not what the cluster will get.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayplan.validation import kustomize
from bayplan.validation.fields import value_at
from bayplan.validation.flux.beyond import Beyond
from bayplan.validation.flux.sops import readable
from bayplan.validation.flux.sources import Sources
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.inventory import Inventory
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.kustomize import Kustomization

FLUX = "Kustomization.kustomize.toolkit.fluxcd.io"
FLUX_CHANGES = (
    "commonMetadata",
    "components",
    "images",
    "namePrefix",
    "nameSuffix",
    "patches",
    "postBuild",
    "targetNamespace",
)
"""Fields of a Flux Kustomization that change what it applies."""


LARGE = 1 << 20
"""Bytes of a file that may hold an object which is too large."""


@dataclass(kw_only=True)
class Route:
    """What one or more starting points lead to."""

    files: dict[str, str] = field(default_factory=dict)
    """File to what changes it on the way, in words; "" where it is applied as it is."""
    gaps: list[str] = field(default_factory=list)
    """What could not be followed, in words: there the tree ends and somebody else's begins."""
    kustomizations: list[Kustomization] = field(default_factory=list)
    """Every kustomization.yaml on the way."""
    beyond: list[str] = field(default_factory=list)
    """Paths out of the tree to what the repository around it has: only building shows what they bring."""
    must_build: bool = False
    """Whether only building it tells if it can be built: something listed seems not to be there."""
    unreadable: str = ""
    """A file on the way that cannot be read: it is told by itself, and nothing can be built with it."""
    changed: str = ""
    """What changes anything at all on the way, in words: what is generated stands in no file."""


class Delivery:
    """The ways of one tree."""

    def __init__(self, inventory: Inventory, unreadable: frozenset[str] = frozenset()) -> None:
        self.unreadable = unreadable
        """Files that cannot be read: what stood in them may still be meant."""
        self.kustomizations: dict[str, Kustomization] = kustomize.read(inventory.manifests)
        self.listed = {entry for one in self.kustomizations.values() for entry in one.listed()}
        self.of_components = {
            entry for one in self.kustomizations.values() if one.is_component for entry in one.listed()
        }
        self._parts = {part for one in self.kustomizations.values() for part in one.parts()}
        self.encrypted: set[int] = set()
        """Objects, by identity, that SOPS has encrypted."""
        objects = (one for one in inventory.manifests if self._is_object(one))
        self.manifests = tuple(readable(objects, self.encrypted))
        self._by_file: dict[str, list[Manifest]] = defaultdict(list)
        for manifest in self.manifests:
            self._by_file[manifest.file].append(manifest)
        self.parts: dict[str, list[Manifest]] = defaultdict(list)
        """File that kustomize uses up to what stands in it."""
        for part in (one for one in inventory.manifests if one.file in self._parts):
            self.parts[part.file].append(part)
        self._files = sorted({one.file for one in inventory.manifests})
        self.folders = {"", *(parent for file in self._files for parent in parents(file))}
        self.inventory = inventory
        self.beyond = Beyond(inventory.place)
        self.sources = Sources(tuple(self.syncs()), self.manifests, self.folders)

    def _is_object(self, manifest: Manifest) -> bool:
        return manifest.file not in self._parts and not kustomize.is_kustomization(manifest)

    def syncs(self) -> Iterator[Manifest]:
        """Every Flux Kustomization of the tree."""
        return (one for one in self.manifests if kind_of(one) == FLUX)

    def doubt_of(self, file: str) -> str:
        """Why a file may not be applied at all, in words; "" if nothing speaks for that."""
        if "/templates/" in f"/{file}":
            return "it may be the template of a chart"
        if file in self.listed:
            return ""
        if any(folder in self.kustomizations for folder in (*parents(file), "")):
            return "no kustomization.yaml lists it"
        return "" if file.endswith((".yaml", ".yml")) else "it may be no manifest"

    def folder_of(self, sync: Manifest) -> str | None:
        """The folder of the tree that a Flux Kustomization applies; None if it lies elsewhere or cannot be told."""
        return self.sources.folder_of(sync)

    def patches_in(self, file: str) -> tuple[Manifest, ...]:
        """What stands in a file that kustomize uses up."""
        found = self.parts.get(file)
        return tuple(found) if found else self.beyond.objects(file)

    def of_file(self, file: str) -> tuple[Manifest, ...]:
        """The objects of a file."""
        found = self._by_file.get(file)
        return tuple(found) if found else self.beyond.objects(file)

    def is_missing(self, sync: Manifest) -> bool:
        """Whether the folder of a Flux Kustomization is surely not there."""
        folder = self.sources.missing_folder(sync)
        place = self.inventory.place
        return folder is not None and not (place is not None and (place.root / folder).exists())

    def is_large(self, file: str) -> bool:
        """Whether a file may hold an object that is too large."""
        return self.size_of(file) >= LARGE

    def size_of(self, file: str) -> int:
        """Bytes of a file; of one that is in no folder, its characters."""
        return self.inventory.sizes.get(file) or len(self.inventory.texts.get(file, ""))

    def way_of(self, sync: Manifest) -> Route:
        """What one Flux Kustomization leads to."""
        route, folder = Route(), self.folder_of(sync)
        if folder is None:
            route.gaps.append(f"{sync.ref} applies a path that is not in this tree")
            return route
        changes = [key for key in FLUX_CHANGES if value_at(sync.body, "spec", key)]
        route.changed = f"{sync.ref} changes it ({', '.join(changes)})" if changes else ""
        self.follow(folder, route.changed, route)
        return route

    def follow(self, folder: str, changed: str, route: Route) -> list[str]:
        """Walk from a folder to the files that are applied with it; return those that were not on the route before."""
        todo, seen, new = [(folder, changed)], set[tuple[str, bool]](), list[str]()
        while todo:
            path, changed = todo.pop()
            if (path, bool(changed)) in seen:
                continue
            seen.add((path, bool(changed)))
            kustomization = self.kustomizations.get(path)
            if kustomization is not None:
                route.kustomizations.append(kustomization)
                route.unreadable = next(filter(self.unreadable.__contains__, kustomization.parts()), route.unreadable)
                route.changed = route.changed or kustomization.changes
                todo.extend((entry, changed or kustomization.changes) for entry in kustomization.listed())
            elif path in self.folders:
                route.must_build |= path != folder
                todo.extend((entry, changed) for entry in self._inside(path))
            elif path in self._by_file:
                new += [path] if path not in route.files else []
                route.files[path] = route.files.get(path) or changed
            elif path in self.unreadable:
                route.unreadable = path
            elif self.beyond.has(path):
                route.must_build = True
                route.beyond.append(path)
            elif self._should_hold(path):
                route.must_build = True
            else:
                route.gaps.append(f"{path or folder} is applied and not in this tree")
        return new

    def reached_from(self, folder: str) -> list[str]:
        """The files that are applied with a folder."""
        return self.follow(folder, "", Route())

    def _should_hold(self, path: str) -> bool:
        """Whether a file would be here if it were anywhere: nobody else can own what a folder of the tree lacks."""
        return path.endswith((".yaml", ".yml", ".json")) and posixpath.dirname(path) in self.folders

    def _inside(self, folder: str) -> Iterator[str]:
        """What Flux applies of a folder without kustomization.yaml: everything below, in the words of inner ones."""
        for file in self.under(folder):
            inner = [parent for parent in parents(file) if parent in self.kustomizations and len(parent) > len(folder)]
            yield min(inner, key=len) if inner else file

    def under(self, folder: str) -> Iterator[str]:
        """Every file below a folder."""
        prefix = f"{folder}/" if folder else ""
        for file in self._files[bisect_left(self._files, prefix) :]:
            if not file.startswith(prefix):
                return
            yield file


def parents(file: str) -> Iterator[str]:
    """Every folder above a file, nearest first, without the root."""
    while file := posixpath.dirname(file):
        yield file
