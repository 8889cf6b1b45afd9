"""Files that say what runs in a pipeline and who must agree: a change of them is more than a change of manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.git import git, top_of
from bayplan.manifests.revision import commit_of

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = (".github/", ".gitlab/", ".gitea/", ".forgejo/", ".ci/")
FILES = (
    ".bayplan.yaml",
    ".gitattributes",
    ".gitlab-ci.yml",
    ".gitmodules",
    ".pre-commit-config.yaml",
    "CODEOWNERS",
    "Jenkinsfile",
    "action.yml",
    "bitbucket-pipelines.yml",
    "docs/CODEOWNERS",
)


def guards(file: str) -> bool:
    """Whether a file, below the top of its repository, decides about pipelines or reviews."""
    return file.startswith(FOLDERS) or file in FILES


def changed_files(path: Path, base: str, head: str) -> tuple[str, ...]:
    """Every file of the repository that differs between two revisions, sorted; "" is the working tree.

    A file that was renamed is there with both names.
    """
    top = top_of(path)
    if top is None:
        return ()
    commits = [commit_of(top, one) for one in (base, head) if one]
    told = git(top, "diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", *commits, "--").stdout
    if not head:
        told += git(top, "ls-files", "--others", "--exclude-standard", "-z").stdout
    return tuple(sorted({name.decode("utf-8", "replace") for name in told.split(b"\0") if name}))
