"""Where Flux takes a path from: this tree, or somebody else's repository.

A Flux Kustomization names a source and a path in it. Nothing in a tree says which source it is itself; it is the one
that most of its Kustomizations name, and every other with the same address.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#source-reference>
"""

from __future__ import annotations

import posixpath
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import text_at

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bayplan.manifests.manifest import Manifest

GROUP = "source.toolkit.fluxcd.io"


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


class Sources:
    """The sources of one tree."""

    def __init__(self, syncs: Sequence[Manifest], objects: Sequence[Manifest], folders: Collection[str]) -> None:
        self._syncs = syncs
        self._folders = folders
        self._urls: dict[tuple[str, str], set[str]] = {}
        for one in objects:
            if one.ref.group == GROUP:
                url = text_at(one.body, "spec", "url").lower().removesuffix("/").removesuffix(".git")
                self._urls.setdefault((one.ref.kind, one.ref.name), set()).add(url)

    @cached_property
    def _main(self) -> tuple[str, str]:
        """Kind and name of the source that this tree is."""
        named = Counter((one.kind, one.name) for one in map(source_of, self._syncs))
        return min(named, key=lambda key: (-named[key], key[1] != "flux-system", key), default=("", ""))

    def is_ours(self, sync: Manifest) -> bool:
        """Whether a path is meant in this tree."""
        source = source_of(sync)
        key = (source.kind, source.name)
        if key == self._main:
            return True
        urls, ours = self._urls.get(key), self._urls.get(self._main)
        if urls is None:
            return bool(parts_of(sync)) and self._below(parts_of(sync)) in self._folders
        return bool(ours and urls & ours)

    @cached_property
    def prefix(self) -> list[str]:
        """Leading parts of all paths that are missing here: the tree may begin below the root of its repository."""
        votes = Counter[tuple[str, ...]]()
        for sync in self._syncs:
            parts = parts_of(sync)
            votes.update(tuple(parts[:cut]) for cut in range(len(parts)) if "/".join(parts[cut:]) in self._folders)
        return list(min(votes.items(), key=lambda vote: (-vote[1], len(vote[0]), vote[0]), default=((), 0))[0])

    @cached_property
    def is_root(self) -> bool:
        """Whether the tree begins where its source does: some path is found whole."""
        return not self.prefix and any("/".join(parts_of(sync)) in self._folders for sync in self._syncs)

    def folder_of(self, sync: Manifest) -> str | None:
        """The folder of the tree that a Flux Kustomization applies; None if it lies elsewhere or cannot be told."""
        if not self.is_ours(sync):
            return None
        parts = parts_of(sync)
        if not parts:
            return "" if self.is_root or "flux-system" in sync.file.split("/") else None
        folder = self._below(parts)
        return folder if folder is not None and folder in self._folders else None

    def missing_folder(self, sync: Manifest) -> str | None:
        """The folder that is not in the tree that it is meant in, while others from the same source are found."""
        parts = parts_of(sync)
        key = source_of(sync)
        if not parts or key.kind != "GitRepository" or (key.kind, key.name) != self._main:
            return None
        folder = self._below(parts)
        is_there = folder is None or folder in self._folders or not any(self.folder_of(one) for one in self._syncs)
        return None if is_there else folder

    def _below(self, parts: list[str]) -> str | None:
        cut = len(self.prefix)
        return "/".join(parts[cut:]) if parts[:cut] == self.prefix else None
