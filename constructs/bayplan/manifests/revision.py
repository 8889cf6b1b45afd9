"""Which commits are compared: what a revision means, and where a branch has left another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.git import git, refused

if TYPE_CHECKING:
    from pathlib import Path

DEEPEN = "Fetch it first: git fetch --unshallow, or fetch-depth: 0 in CI."


class Fork(NamedTuple):
    """What a head is compared with."""

    commit: str
    """Full hash."""
    says: str = ""
    """What is not looked at by that, in words; "" for nothing."""


def commit_of(top: Path, revision: str) -> str:
    """The hash of a revision's commit. Raises BadInput where there is none."""
    found = commit_or_nothing(top, revision)
    if found:
        return found
    shallow = is_shallow(top)
    what = "is no revision of this repository" + (", which is a shallow clone" if shallow else "")
    raise refused(revision or '""', what, fix_for(top, revision, is_shallow=shallow))


def commit_or_nothing(top: Path, revision: str) -> str:
    """The same, or "" where there is none."""
    return (hash_of(top, f"{revision}^{{commit}}") or peeled(top, hash_of(top, revision))) if revision else ""


def peeled(top: Path, found: str) -> str:
    """The commit of an object; `:/text` takes all that follows for text, and cannot be asked in one."""
    return hash_of(top, f"{found}^{{commit}}") if found else ""


def hash_of(top: Path, name: str) -> str:
    """The hash of one object; "" where there is none, or the name means something else than one."""
    told = git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    found = told.stdout.decode("utf-8", "replace").strip()
    return found if told.returncode == 0 and found.isalnum() else ""


def fix_for(top: Path, revision: str, *, is_shallow: bool) -> str:
    """What to do about a revision that is not there: CI has branches as those of the remote alone."""
    remotes = git(top, "remote").stdout.decode("utf-8", "surrogateescape").split() if revision else []
    for remote in remotes:
        if commit_or_nothing(top, f"refs/remotes/{remote}/{revision}"):
            return f"The remote has it: name {remote}/{revision}."
    if is_shallow:
        return DEEPEN
    return (
        f"Name a commit, branch or tag; git fetch {remotes[0]} {revision} may bring it."
        if remotes
        else ("Name a commit, branch or tag.")
    )


def is_shallow(top: Path) -> bool:
    """Whether the history of a clone was cut."""
    return git(top, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"


def fork(top: Path, base: str, head: str) -> Fork:
    """Where `head` has left `base`, as code hosts compare: what `base` has got since is no part of the change.

    "" is the working tree, which stands on HEAD. A head that is itself a part of the base is a way back: both are
    compared as they are. So are histories that have nothing in common. Raises BadInput where the clone is too shallow
    to tell.
    """
    theirs = commit_of(top, base)
    ours = commit_of(top, head) if head else commit_or_nothing(top, "HEAD")
    if not ours or ours == theirs:
        return Fork(theirs)
    told = git(top, "merge-base", theirs, ours).stdout.decode().split()
    if not told:
        if is_shallow(top):
            what = f"has left {base} at a commit that is not in this clone, which is shallow"
            raise refused(head or "HEAD", what, DEEPEN)
        return Fork(theirs, f"{base} and {head or 'HEAD'} have no commit in common: they are compared as they are")
    if told[0] == theirs:
        return Fork(theirs)
    if told[0] == ours and head:
        return Fork(theirs, f"{head} is older than {base}: this is the way back")
    missed = int(git(top, "rev-list", "--count", f"{told[0]}..{theirs}").stdout or b"0")
    commits = "1 commit" if missed == 1 else f"{missed:,} commits"
    return Fork(told[0], f"{base} has {commits} more, which are not looked at: merge or rebase to see both together")
