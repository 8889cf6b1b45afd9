"""A review from two revisions to what is told; what lies in git is read, and only what is missing there is rendered.

git --read--> two Revisions --review--> Review
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan import pipeline

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bayplan.pipeline import Tell
    from bayplan.review.review import Review
    from bayplan.spec.platform import Platform


def review(root: Path, path: Path, revisions: tuple[str, str], today: date | None, tell: Tell) -> Review:
    """Say what becomes of the clusters when one revision takes the place of another; "" is the working tree.

    What a branch is compared with is where it left the base. Python apps are run in the sandbox alone, and only where
    their dist/ is not committed.
    """
    from bayplan.review.guarded import changed_files
    from bayplan.review.revision import Asked
    from bayplan.review.revision import revisions as read
    from bayplan.review.run import review as judge

    def render(repository: Path, out: Path) -> None:
        platform = pipeline.load(repository, tell, sandbox=True)
        is_locked = all(pipeline.lock_of(platform, cluster).is_file() for cluster in platform.clusters)
        write(platform, pipeline.place(platform, tell, locked=is_locked), out)

    tell("review", " ".join(filter(None, revisions)))
    asked = Asked(root=root, path=path, base=revisions[0], head=revisions[1], today=today)
    with read(asked, render=render, meanwhile=pipeline.load_rules) as (base, head):
        return judge(base, head, path, changed_files(path, base.commit, head.commit))


def write(platform: Platform, placed: tuple[pipeline.Placed, ...], out: Path) -> None:
    """Write a tree that nobody keeps."""
    from bayplan.render.synth import synth as write_tree
    from bayplan.render.tree import build

    write_tree(build(platform, {one.cluster.name: one.decision.plan for one in placed}), out, allow_deletions=True)
