"""A scenario: two small repositories and what a reviewer is told of the step between them."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bayplan import review_pipeline
from bayplan.report.review.form import form

if TYPE_CHECKING:
    from bayplan.review.review import Review

HERE = Path(__file__).parent
NAMES = sorted(path.parent.name for path in HERE.glob("*/about.yaml"))
TODAY = date(2026, 11, 28)
AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ann"), ("EMAIL", "ann@example.com"), ("DATE", "2026-11-28T12:00:00Z"))
}


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One folder of tests/scenarios/."""

    name: str

    @property
    def folder(self) -> Path:
        return HERE / self.name

    @property
    def about(self) -> dict[str, Any]:
        found: dict[str, Any] = yaml.safe_load((self.folder / "about.yaml").read_text())
        return found

    def repository(self, at: Path) -> Path:
        """A repository whose first commit is the base and whose second is the head: the same hashes everywhere."""
        at.mkdir(parents=True)
        git(at, "init", "--quiet", "--initial-branch=main")
        for side in ("base", "head"):
            for old in at.iterdir():
                if old.name != ".git":
                    shutil.rmtree(old) if old.is_dir() else old.unlink()
            shutil.copytree(self.folder / side, at, dirs_exist_ok=True, symlinks=True)
            git(at, "rm", "-rq", "--cached", "--ignore-unmatch", ".")  # else git may trust sizes and times
            git(at, "add", "--all", "--force")
            git(at, "commit", "--quiet", "--allow-empty", "--message", side)
        return at

    def review(self, at: Path) -> Review:
        """What bayplan says of the step from base to head."""
        path = at / "dist" if (at / "dist").is_dir() or (self.folder / "base" / "dist").is_dir() else at
        return review_pipeline.review(at, path, ("HEAD~1", "HEAD"), TODAY, lambda *_: None)

    def markdown(self, at: Path) -> str:
        return form("markdown").render(self.review(at), color=False).rstrip() + "\n"


def git(at: Path, *arguments: str) -> str:
    """Run git, with nothing of this machine's settings."""
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **AUTHOR}
    command = ["git", "-c", "core.autocrlf=false", "-C", str(at), *arguments]
    done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=True)
    return done.stdout.strip()
