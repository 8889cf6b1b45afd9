"""Delivery: a git repository with the tree that was rendered, and Flux pointed at it as a user would do it."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests.writer import write
from bayplan.manifests.yaml import read

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.lab.layout import Layout
    from bayplan.spec.cluster import Cluster

AUTHOR = {
    "GIT_AUTHOR_NAME": "lab",
    "GIT_AUTHOR_EMAIL": "lab@example.com",
    "GIT_COMMITTER_NAME": "lab",
    "GIT_COMMITTER_EMAIL": "lab@example.com",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
}


class Checkout:
    """A work tree of the lab's repository: change files below `path`, then `push`."""

    def __init__(self, path: Path, bare: Path, branch: str) -> None:
        self.path, self.bare, self.branch = path, bare, branch

    def push(self, why: str) -> str:
        """Commit all that has changed and push it; returns the commit, the old one where nothing has changed."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", why)
        self.git("push", "--quiet", str(self.bare), f"HEAD:refs/heads/{self.branch}")
        return self.git("rev-parse", "HEAD")

    def revert(self) -> str:
        """`git revert` the last commit and push that."""
        self.git("revert", "--no-edit", "HEAD")
        self.git("push", "--quiet", str(self.bare), f"HEAD:refs/heads/{self.branch}")
        return self.git("rev-parse", "HEAD")

    def git(self, *words: str) -> str:
        """What git prints. Raises BadInput with its words when it fails."""
        return run_git(*words, folder=self.path)


def deliver(layout: Layout, cluster: Cluster, dist: Path) -> Checkout:
    """Put `dist` into the lab's bare repository, with the one change that Flux reads from here; returns a checkout."""
    work = layout.path / "git" / "work"
    if not (dist / cluster.name / "flux").is_dir():
        what = f"nothing is rendered for cluster {cluster.name}"
        raise BadInput([Complaint(file=str(dist), line=0, what=what, fix="Run `bayplan synth` first.")])
    run_git(
        "init",
        "--quiet",
        "--bare",
        "--initial-branch",
        cluster.source.branch,
        str(layout.repository),
        folder=layout.path,
    )
    run_git("init", "--quiet", "--initial-branch", cluster.source.branch, str(work), folder=layout.path)
    shutil.copytree(dist, work / "dist")
    for file in sorted((work / "dist" / cluster.name / "flux").glob("GitRepository.*.yaml")):
        redirect(file, layout.repository_url)
    checkout = Checkout(work, layout.repository, cluster.source.branch)
    checkout.push("What bayplan has rendered")
    return checkout


def redirect(file: Path, url: str) -> None:
    """Change the URL, and nothing else, of the GitRepository in a file."""
    (document,) = read(file.read_bytes(), file=str(file))
    file.write_text(write({**document.body, "spec": {**document.body["spec"], "url": url}}))


def run_git(*words: str, folder: Path) -> str:
    """Run git with its own author and no configuration of the user's; BadInput with its words when it fails."""
    answer = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **AUTHOR}, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        raise BadInput([Complaint(file=str(folder), line=0, what=f"git {words[0]}: {answer.stderr.strip()}")])
    return answer.stdout.strip()
