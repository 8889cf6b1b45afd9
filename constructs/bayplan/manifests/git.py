"""git, asked and never told: nothing of a repository is changed, executed or fetched.

No hook, filter or monitor has a part in reading objects. A partial clone would fetch what it lacks as soon as anybody
asks for it; here no protocol is allowed, so that it says what is missing.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests.printable import shown

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_S = 600
ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
OF_ANOTHER = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE"})
"""What git sets for its hooks: it would lead to the repository of the hook, not to the one that is asked."""


def top_of(path: Path) -> Path | None:
    """The top of the repository that a path lies in; None outside of any. Nobody is asked: it is where `.git` is.

    A bare repository has no `.git` and is its own top.
    """
    start = path.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists() or is_bare(folder)), None)


def is_bare(folder: Path) -> bool:
    """Whether a folder is a repository without a working tree."""
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def git(top: Path, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in a repository, reading only.

    Raises BadInput where there is no git, or it does not trust who owns the repository.
    """
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(top), *arguments]
    environment = {key: value for key, value in os.environ.items() if key not in OF_ANOTHER} | ENVIRONMENT
    try:
        told = subprocess.run(command, input=data, capture_output=True, check=False, env=environment, timeout=LONGEST_S)
    except subprocess.TimeoutExpired as error:
        raise refused(f"git {arguments[0]}", f"has not ended after {LONGEST_S} s", "Look at the disk.") from error
    except ValueError as error:  # a byte that no argument can hold
        raise refused("git", f"cannot be asked: {error}", "Name a revision that git shows.") from error
    except OSError as error:
        fix = "Install git, or compare with a folder instead: bayplan check --base DIR."
        raise refused("git", f"cannot be started: {error.strerror}", fix) from error
    if told.returncode and b"dubious ownership" in told.stderr:
        fix = f"If you trust it: git config --global --add safe.directory {top}"
        raise refused(str(top), "belongs to somebody else, and git reads nothing of it", fix)
    return told


def names_in(told: bytes) -> list[str]:
    """What stands between zero bytes; names of files are bytes, and not always text."""
    return [name.decode("utf-8", "surrogateescape") for name in told.split(b"\0") if name]


def refused(file: str, what: str, fix: str) -> BadInput:
    """One complaint."""
    return BadInput([Complaint(file=shown(file), line=0, what=what, fix=shown(fix))])
