"""A repository of bayplan under real git, in which two people change the plan at the same time."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.cli.repository import Repository

import bayplan

ATTRIBUTES = (Path(bayplan.__file__).parent / "scaffold/files/repository/gitattributes").read_text()
"""What `bayplan init` writes."""
IDENTITY = {f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
ENVIRONMENT = {**IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_EDITOR": "true"}


@dataclass(frozen=True)
class GitRepository(Repository):
    """A working tree with its history."""

    def git(self, *arguments: str, code: int = 0) -> str:
        told = subprocess.run(
            ["git", *arguments],  # noqa: S607
            cwd=self.root,
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == code, told.stdout + told.stderr
        return told.stdout

    def synth(self, *arguments: str, code: int = 0) -> str:
        told = self.run("synth", *arguments)
        assert told.returncode == code, told.stdout + told.stderr
        return told.stdout + told.stderr

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def branch(self, name: str, path: str, old: str, new: str, *, also: tuple[str, str, str] | None = None) -> None:
        """A change of a file, and perhaps another one, on a branch of its own: rendered, green alone."""
        self.git("switch", "--quiet", "--create", name, "base")
        self.change(path, old, new)
        if also:
            self.change(*also)
        self.synth("--allow-deletions")
        self.commit(name)
        self.synth("--locked", "--check")

    def copy(self, place: Path) -> GitRepository:
        shutil.copytree(self.root, place, symlinks=True)
        return GitRepository(place)


def commit_all(well: Repository, place: Path, attributes: str) -> GitRepository:
    """A repository with one commit, on the branch `base`."""
    shutil.copytree(well.root, place)
    repository = GitRepository(place)
    repository.git("init", "--quiet", "--initial-branch", "base")
    repository.write(".gitattributes", attributes)
    repository.commit("base")
    return repository


def begin(well: Repository, place: Path, attributes: str) -> GitRepository:
    """`base`, and two branches that both change the plan: `bigger` and `more`."""
    repository = commit_all(well, place, attributes)
    repository.branch("bigger", "apps/shop.py", 'cpu="500m"', 'cpu="1"')
    repository.branch("more", "apps/bot.yaml", "replicas: 2\n", "replicas: 5\n    resources: {cpu: 1500m}\n")
    return repository
