"""A repository that `bayplan init` or `adopt` has begun, in git, and a way to change it as people do."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.scaffold.steps import Job

if TYPE_CHECKING:
    from pathlib import Path

WHO = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")


@dataclass
class Begun:
    """A checkout, and the bayplan that is installed for it."""

    root: Path
    programs: Path
    tools: Path
    """A folder of programs that stand before those of the machine."""

    def environment(self, **more: str) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "GITHUB_", "BAYPLAN"))}
        path = os.pathsep.join([str(self.tools), str(self.programs), os.environ["PATH"]])
        # what pip is asked for is there already: it needs no index, and must not ask for one
        return {**kept, "PATH": path, "NO_COLOR": "1", "PIP_NO_INDEX": "1", **more}

    def bayplan(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.start(str(self.programs / "bayplan"), *arguments)

    def start(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )

    def git(self, *arguments: str) -> str:
        command = ["git", *WHO, "-C", str(self.root), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, message: str = "change") -> str:
        if not (self.root / ".git").exists():
            self.git("init", "--quiet", "--initial-branch", "main")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text()
        assert old in text, f"{path} does not hold {old!r}"
        (self.root / path).write_text(text.replace(old, new, 1))

    def merge(self) -> None:
        """Merge the branch `change` into main as GitHub does for a pull request: the merge is what is judged."""
        self.git("checkout", "--quiet", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", "merge", "change")

    def job(self, workflow: str, name: str, **more: str) -> Job:
        """A job of a workflow, in this checkout."""
        context = {"github.token": "token-of-the-runner", "runner.temp": str(self.tools.parent)}
        file = self.root / workflow
        return Job(workflow=file, name=name, root=self.root, context=context, environment=self.environment(**more))
