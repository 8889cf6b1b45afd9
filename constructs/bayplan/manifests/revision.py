"""A folder as it was at an earlier revision, read from git's objects: the checkout is not touched.

Nothing of the repository is executed: no hook, filter or monitor has a part in reading objects, and nothing is fetched.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint

if TYPE_CHECKING:
    from collections.abc import Iterator

REGULAR = ("100644", "100755")
ENVIRONMENT = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C",
}


def top_of(path: Path) -> Path | None:
    """The top of the repository that a path lies in; None outside of any. Nobody is asked: it is where `.git` is."""
    start = path.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)


@contextmanager
def folder_at(path: Path, revision: str) -> Iterator[Path]:
    """A copy of a folder or file as a revision has it, in a place that is gone afterwards.

    Raises BadInput where there is no repository or no such revision. A path that was not there then is an empty folder.
    """
    top = top_of(path)
    if top is None:
        raise refused(str(path), "lies in no git repository", "Compare with a folder instead: --base DIR.")
    commit = commit_of(top, revision)
    below = path.resolve().relative_to(top).as_posix()
    with TemporaryDirectory(prefix="bayplan-") as place:
        root = Path(place) / "tree"
        root.mkdir()
        prefix = "" if below == "." else f"{below}/"
        blobs = dict(blobs_of(top, commit, below))
        for name, data in zip(blobs, contents(top, list(blobs.values())), strict=True):
            inner = name.removeprefix(prefix) if name.startswith(prefix) else PurePosixPath(name).name
            file = root / inner
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        single = root / PurePosixPath(below).name
        yield single if path.is_file() and single.is_file() else root


def commit_of(top: Path, revision: str) -> str:
    """The hash of a revision's commit."""
    told = git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if told.returncode == 0:
        return told.stdout.decode().strip()
    shallow = git(top, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
    what = "is no revision of this repository" + (", which is a shallow clone" if shallow else "")
    fix = (
        "Fetch it first: git fetch --unshallow, or fetch-depth: 0 in CI."
        if shallow
        else "Name a commit, branch or tag."
    )
    raise refused(revision, what, fix)


def blobs_of(top: Path, commit: str, below: str) -> Iterator[tuple[str, str]]:
    """Path and hash of every regular file below a folder, sorted; what is hidden is left out, as in any tree."""
    where = [] if below == "." else ["--", below]
    told = git(top, "--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit, *where)
    if told.returncode != 0:
        raise refused(commit, f"cannot be read: {told.stderr.decode('utf-8', 'replace').strip()}", "")
    inside = len(PurePosixPath(below).parts) if below != "." else 0
    for entry in told.stdout.split(b"\0"):
        head, _, name = entry.decode("utf-8", "surrogateescape").partition("\t")
        mode, _, rest = head.partition(" ")
        parts = PurePosixPath(name).parts
        if mode in REGULAR and not any(part.startswith(".") for part in parts[inside:]) and ".." not in parts:
            yield name, rest.split(" ")[1]


def contents(top: Path, hashes: list[str]) -> Iterator[bytes]:
    """What objects hold, in their order."""
    told = git(top, "cat-file", "--batch", data="".join(f"{one}\n" for one in hashes).encode())
    out, at = told.stdout, 0
    for one in hashes:
        end = out.find(b"\n", at)
        head = out[at:end].split(b" ") if end >= 0 else []
        if len(head) != 3:
            raise refused(
                one, "is not in this clone", "Fetch it first: git fetch --refetch, or a clone without --filter."
            )
        size = int(head[2])
        yield out[end + 1 : end + 1 + size]
        at = end + 2 + size


def git(top: Path, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in a repository, reading only."""
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(top), *arguments]
    try:
        return subprocess.run(
            command, input=data, capture_output=True, check=False, env={**os.environ, **ENVIRONMENT}, timeout=600
        )
    except OSError as error:
        fix = "Install git, or compare with a folder instead: --base DIR."
        raise refused("git", f"cannot be started: {error.strerror}", fix) from error


def refused(file: str, what: str, fix: str) -> BadInput:
    """One complaint."""
    return BadInput([Complaint(file=file, line=0, what=what, fix=fix)])
