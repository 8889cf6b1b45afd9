"""One revision of a repository: the tree that Flux would see, and what is said of its clusters and checks."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayplan.manifests.read import Tree, read_tree
from bayplan.manifests.revision import commit_of, folder_at, top_of
from bayplan.validation.settings import Settings, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from bayplan.spec.cluster import Cluster


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


@contextmanager
def revision_at(root: Path, path: Path, revision: str, today: date | None) -> Iterator[Revision]:
    """A repository at a revision of git; as it stands in the working tree where that is ""."""
    if not revision:
        yield read(root, path, "", today)
        return
    top = top_of(path) or root
    with folder_at(top, revision) as folder:
        there = folder / path.resolve().relative_to(top.resolve())
        inner = folder / root.resolve().relative_to(top.resolve())
        there.mkdir(parents=True, exist_ok=True)
        yield read(inner, there, commit_of(top, revision), today)


def read(root: Path, path: Path, commit: str, today: date | None) -> Revision:
    """All that is to be known of a revision that stands in a folder."""
    from bayplan.spec.load import load_clusters  # noqa: PLC0415 - trees of others have no clusters/
    from bayplan.spec.settings import load_settings  # noqa: PLC0415

    clusters = load_clusters(root) if any((root / "clusters").glob("*/cluster.yaml")) else ()
    said = root / ".bayplan.yaml"
    settings = settings_of(load_settings(said), today) if said.is_file() else Settings(today=today)
    locks = {one.name: root / "clusters" / one.name / "plan.lock" for one in clusters}
    return Revision(
        commit=commit,
        tree=read_tree(path),
        clusters=clusters,
        settings=settings,
        locks={name: lock for name, lock in locks.items() if lock.is_file()},
    )
