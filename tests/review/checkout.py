"""A repository of git with a folder `dist`, and reviews of it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan import review_pipeline

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.review.review import Review

WHO = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ann"), ("EMAIL", "ann@example.com"), ("DATE", "2026-11-28T12:00:00Z"))
}
SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def settings(name: str, greeting: str = "hello") -> str:
    """A ConfigMap."""
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: chat}}\ndata: {{a: {greeting}}}\n"


NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: chat}\n"


@dataclass(frozen=True)
class Checkout:
    """A repository, or its clone."""

    root: Path

    @classmethod
    def new(cls, root: Path, *options: str) -> Checkout:
        """A repository whose first commit has two ConfigMaps."""
        root.mkdir(parents=True)
        made = cls(root)
        made.git("init", "--quiet", "--initial-branch=main", *options)
        made.write("dist/namespace.yaml", NAMESPACE)
        made.write("dist/one.yaml", settings("one"))
        made.write("dist/two.yaml", settings("two"))
        made.commit("first")
        return made

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def git(self, *arguments: str, data: bytes = b"") -> str:
        """Run git, with nothing of this machine's settings."""
        command = ["git", "-C", str(self.root), *arguments]
        done = subprocess.run(
            command, env={**os.environ, **SETTINGS, **WHO}, input=data, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def commit(self, message: str) -> str:
        """Commit everything that stands; its hash."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def review(self, base: str, head: str = "", path: str = "dist") -> Review:
        """What bayplan says of a step. BadInput for what cannot be compared."""
        return review_pipeline.review(self.root, self.root / path, (base, head), None, lambda *_: None)

    def changes(self, base: str, head: str = "", path: str = "dist") -> list[str]:
        """`modified chat/one dist/one.yaml`, sorted."""
        told = self.review(base, head, path).changes
        return sorted(f"{one.kind.value} {one.ref.name} {one.file}" for one in told)

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """`bayplan review`, as a person starts it in the repository."""
        command = [sys.executable, "-m", "bayplan", "review", *arguments]
        environment = {**os.environ, **SETTINGS, **variables}
        return subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)

    def clone(self, at: Path, *options: str) -> Checkout:
        """A clone, as CI makes it."""
        self.git("config", "uploadpack.allowFilter", "true")
        command = ["git", "clone", "--quiet", *options, self.root.as_uri(), str(at)]
        subprocess.run(command, env={**os.environ, **SETTINGS}, capture_output=True, check=True)
        return Checkout(at)

    def print(self) -> dict[str, str]:
        """Every file and link of the repository and of git's own folder, to a hash of it."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            if path.is_symlink():
                found[str(path)] = os.readlink(path)  # noqa: PTH115 - as it is written
            elif path.is_file():
                about, data = path.stat(), hashlib.sha256(path.read_bytes())
                found[str(path)] = f"{data.hexdigest()} {about.st_mtime_ns} {about.st_mode}"
        return found
