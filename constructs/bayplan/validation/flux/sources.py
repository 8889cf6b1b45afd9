"""Where Flux takes a path from: this tree, or somebody else's repository.

A Flux Kustomization names a source and a path in it. Nothing in a tree says which source it is itself; it is the one
that most of its Kustomizations name, and every other with the same address.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#source-reference>
"""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import text_at

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bayplan.manifests.manifest import Manifest

GROUP = "source.toolkit.fluxcd.io"
Key = tuple[str, str]
"""Kind and name of a source."""


class Source(NamedTuple):
    """What `sourceRef` names."""

    kind: str
    namespace: str
    name: str


def source_of(sync: Manifest) -> Source:
    """The source of a Flux Kustomization; without a namespace its own is meant."""
    at = ("spec", "sourceRef")
    namespace = text_at(sync.body, *at, "namespace") or sync.ref.namespace
    return Source(text_at(sync.body, *at, "kind"), namespace, text_at(sync.body, *at, "name"))


def parts_of(sync: Manifest) -> list[str]:
    """The path of a Flux Kustomization in parts; none for the root of its source."""
    path = posixpath.normpath("/" + text_at(sync.body, "spec", "path"))
    return [part for part in path.split("/") if part]


class View(NamedTuple):
    """How the paths of a source are found in the tree, which may be a part of it, or hold it as a part."""

    strip: tuple[str, ...] = ()
    """Leading parts that the tree has not: it begins below the root of the source."""
    below: str = ""
    """Folder of the tree in which the source begins: what is packed of it is that folder."""

    def folder(self, parts: list[str]) -> str | None:
        """The folder of the tree for a path; None for one that lies outside."""
        if tuple(parts[: len(self.strip)]) != self.strip:
            return None
        return "/".join([*([self.below] if self.below else []), *parts[len(self.strip) :]])


class Sources:
    """The sources of one tree."""

    def __init__(self, syncs: Sequence[Manifest], objects: Sequence[Manifest], folders: Collection[str]) -> None:
        self._syncs = syncs
        self._folders = folders
        self._urls: dict[Key, set[str]] = {}
        for one in objects:
            if one.ref.group == GROUP:
                url = text_at(one.body, "spec", "url").lower().removesuffix("/").removesuffix(".git")
                self._urls.setdefault((one.ref.kind, one.ref.name), set()).add(url)

    @cached_property
    def _main(self) -> Key:
        """Kind and name of the source that this tree is: most name it."""
        named = Counter(key_of(sync) for sync in self._syncs)
        del named["", ""]  # those are completed by who applies them
        return min(named, key=lambda key: (-named[key], key[1] != "flux-system", key), default=("", ""))

    @cached_property
    def _views(self) -> Mapping[Key, View]:
        """The view in which most paths of a source are found."""
        votes: dict[Key, Counter[View]] = defaultdict(Counter)
        ending: dict[str, list[str]] = defaultdict(list)
        for folder in self._folders:
            ending[folder.rpartition("/")[2]].append(folder)
        for sync in self._syncs:
            parts = parts_of(sync)
            path = "/".join(parts)
            cuts = (cut for cut in range(len(parts)) if "/".join(parts[cut:]) in self._folders)
            votes[key_of(sync)].update(View(strip=tuple(parts[:cut])) for cut in cuts)
            longer = (folder for folder in ending[parts[-1]] if folder.endswith(f"/{path}")) if parts else ()
            votes[key_of(sync)].update(View(below=folder[: -len(path) - 1]) for folder in longer)
        return {key: min(found, key=lambda view: rank(view, found)) for key, found in votes.items() if found}

    def _view_of(self, key: Key) -> View | None:
        return self._views.get(key, self._views.get(self._main))

    def is_ours(self, sync: Manifest) -> bool:
        """Whether a path is meant in this tree."""
        key = key_of(sync)
        if key == self._main:
            return True
        urls, ours = self._urls.get(key), self._urls.get(self._main)
        if urls is None:
            return bool(parts_of(sync)) and self._below(sync) in self._folders
        return bool(ours and urls & ours)

    def folder_of(self, sync: Manifest) -> str | None:
        """The folder of the tree that a Flux Kustomization applies; None if it lies elsewhere or cannot be told."""
        if not self.is_ours(sync):
            return None
        folder = self._below(sync)
        if not parts_of(sync) and not folder and self._view_of(key_of(sync)) is None:
            return "" if "flux-system" in sync.file.split("/") else None
        return folder if folder is not None and folder in self._folders else None

    def missing_folder(self, sync: Manifest) -> str | None:
        """The folder that is not in the tree that it is meant in, while others from the same source are found."""
        key = key_of(sync)
        if not parts_of(sync) or key[0] != "GitRepository" or key != self._main or key not in self._views:
            return None
        folder = self._below(sync)
        return folder if folder is not None and folder not in self._folders else None

    def _below(self, sync: Manifest) -> str | None:
        view = self._view_of(key_of(sync))
        return (view or View()).folder(parts_of(sync))


def key_of(sync: Manifest) -> Key:
    """Kind and name of a Kustomization's source."""
    source = source_of(sync)
    return source.kind, source.name


def rank(view: View, votes: Mapping[View, int]) -> tuple[int, int, View]:
    """Views with more votes first, then the nearest."""
    return -votes[view], len(view.strip) + view.below.count("/") + bool(view.below), view
