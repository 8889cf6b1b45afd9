"""Two revisions of a repository: the trees that Flux would see, and what is said of their clusters and checks."""

from __future__ import annotations

import posixpath
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput
from bayplan.manifests.both import read_both
from bayplan.manifests.git import is_bare, refused, top_of
from bayplan.manifests.read import read_tree
from bayplan.manifests.revision import commit_of, fork
from bayplan.manifests.snapshot import Snapshot
from bayplan.validation.settings import Settings, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from bayplan.manifests.read import Tree
    from bayplan.spec.cluster import Cluster

SETTINGS = ".bayplan.yaml"
PLANS = "clusters"


@dataclass(frozen=True, kw_only=True, eq=False)
class Revision:
    """What stands in a repository at one time. Its folders may be gone once the review is made."""

    commit: str
    """Full hash; "" for the working tree."""
    tree: Tree
    clusters: tuple[Cluster, ...] = ()
    settings: Settings = field(default_factory=Settings)
    locks: Mapping[str, Path] = field(default_factory=dict)
    """Cluster to its `plan.lock`, where it has one."""
    unknown: tuple[str, ...] = ()
    """What was not looked at, in words."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be reviewed."""

    root: Path
    """The folder that holds apps/ and clusters/, if any does."""
    path: Path
    """The tree of manifests."""
    base: str
    head: str = ""
    """"" for the working tree."""
    today: date | None = None


@contextmanager
def revisions(
    asked: Asked, *, render: Callable[[Path, Path], None], meanwhile: Callable[[], object] | None = None
) -> Iterator[tuple[Revision, Revision]]:
    """Both revisions, read together.

    `render` writes the tree of the repository in its first folder to the second: it is asked where the tree of
    manifests is not committed, and apps and clusters are. Raises BadInput for what git does not have.
    """
    path = asked.path.resolve()
    top = top_of(path)
    if top is None:
        raise refused(str(asked.path), "lies in no git repository", "Name a folder of one.")
    if not asked.head and is_bare(top):
        fix = "Name what is reviewed: --head REV."
        raise refused(str(top), "is a bare repository, which has no working tree", fix)
    left = fork(top, asked.base, asked.head)
    commits = (left.commit, commit_of(top, asked.head) if asked.head else "")
    with ExitStack() as stack:
        base, head = (Reader(asked, top.resolve(), commit, stack) for commit in commits)
        trees = read_both(base.tree, head.tree, meanwhile=meanwhile)
        if not base.tree.entries and not head.tree.entries:
            trees = (base.rendered(render), head.rendered(render))
        elif not base.tree.entries:
            trees = (base.rendered(render, trees[0]), trees[1])
        elif not head.tree.entries:
            trees = (trees[0], head.rendered(render, trees[1]))
        said = (left.says,) if left.says else ()
        yield base.revision(trees[0], is_base=True), head.revision(trees[1], said)


class Reader:
    """Reads a repository at one time."""

    def __init__(self, asked: Asked, top: Path, commit: str, stack: ExitStack) -> None:
        self._asked = asked
        self._top = top
        self._commit = commit
        self._stack = stack
        self._below = below(top, asked.path)
        root = asked.root.resolve()
        is_inside = root.is_relative_to(top) and asked.path.resolve().is_relative_to(root)
        self._root = below(top, root) if is_inside else None
        self.tree = self._snapshot(self._below)

    def _snapshot(self, where: str) -> Snapshot:
        found = Snapshot(self._top, self._commit, where)
        self._stack.callback(found.close)
        return found

    def rendered(self, render: Callable[[Path, Path], None], tree: Tree | None = None) -> Tree:
        """The tree that apps and clusters make, where the repository is ours and the tree is its dist/.

        Else the empty tree that was read: the folder came or went with the change. BadInput where there is none.
        """
        is_dist = self._root is not None and self._below == posixpath.join(self._root, "dist").removeprefix("./")
        if is_dist and self._root is not None:
            inner = self._snapshot(self._root)
            heads = {name.partition("/")[0] for name in inner.entries}
            if {"apps", PLANS} <= heads:
                out = Path(self._stack.enter_context(TemporaryDirectory(prefix="bayplan-"))) / "dist"
                render(inner.root, out)
                return read_tree(out)
        if tree is None:
            what = f"is neither in {self._asked.base} nor in {self._asked.head or 'the working tree'}"
            raise refused(self._below, what, "Name a folder of manifests: bayplan review FOLDER --base REV.")
        return tree

    def revision(self, tree: Tree, said: tuple[str, ...] = (), *, is_base: bool = False) -> Revision:
        """All that is to be known of it. What cannot be read of a base is told, and mended by a change."""
        clusters: tuple[Cluster, ...] = ()
        locks: dict[str, Path] = {}
        settings = Settings(today=self._asked.today)
        unknown = [*said, *tree.unknown]
        try:
            clusters, locks = self._clusters()
            settings = self._settings()
        except BadInput as bad:
            if not is_base:
                raise
            first = bad.complaints[0]
            unknown.append(f"{first.file} of the base {first.what}: what it says is not looked at")
        return Revision(
            commit=self._commit, tree=tree, clusters=clusters, settings=settings, locks=locks, unknown=tuple(unknown)
        )

    def _clusters(self) -> tuple[tuple[Cluster, ...], dict[str, Path]]:
        if self._root is None:
            return (), {}
        plans = self._snapshot(posixpath.normpath(posixpath.join(self._root, PLANS)))
        if not any(name.count("/") == 1 and name.endswith("/cluster.yaml") for name in plans.entries):
            return (), {}
        from bayplan.spec.load import load_clusters  # noqa: PLC0415 - trees of others have no clusters/

        root = plans.root.parent
        clusters = load_clusters(root)
        locks = {one.name: root / PLANS / one.name / "plan.lock" for one in clusters}
        return clusters, {name: lock for name, lock in locks.items() if lock.is_file()}

    def _settings(self) -> Settings:
        """The nearest settings, from the tree up to the top of the repository."""
        folders = [self._below, *(folder.as_posix() for folder in Path(self._below).parents)]
        for folder in folders:
            found = self._snapshot(posixpath.normpath(posixpath.join(folder, SETTINGS)))
            if found.entries:
                from bayplan.spec.settings import load_settings  # noqa: PLC0415 - few have any

                return settings_of(load_settings(found.root / SETTINGS), self._asked.today)
        return Settings(today=self._asked.today)


def below(top: Path, path: Path) -> str:
    """The path from the top of a repository; "." for that itself."""
    return path.resolve().relative_to(top).as_posix()
