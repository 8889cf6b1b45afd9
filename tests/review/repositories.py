"""Two commits of a repository, made of texts, and what a review says of the second."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.scenarios.scenario import TODAY, git

from bayplan import review_pipeline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bayplan.review.review import Review


def review_of(at: Path, base: Mapping[str, str], head: Mapping[str, str], path: str = "dist") -> Review:
    """Commit files one after the other and review the second commit."""
    commit(at, base)
    commit(at, head)
    return review_pipeline.review(at, at / path, ("HEAD~1", "HEAD"), TODAY, lambda *_: None)


def commit(at: Path, files: Mapping[str, str]) -> None:
    """Make a commit of just these files."""
    at.mkdir(parents=True, exist_ok=True)
    if not (at / ".git").exists():
        git(at, "init", "--quiet", "--initial-branch=main")
    for old in at.iterdir():
        if old.name != ".git":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for name, text in files.items():
        file = at / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    git(at, "rm", "-rq", "--cached", "--ignore-unmatch", ".")
    git(at, "add", "--all", "--force")
    git(at, "commit", "--quiet", "--allow-empty", "--message", "a step")
