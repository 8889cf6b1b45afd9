"""A lock that git could not merge: which side's plan counts as the committed one.

Lines of two plans are nobody's decision, but each side is one, and git keeps both in its index until the conflict is
resolved. Ours comes first: it is the plan of the branch that is merged into, or rebased onto, so that what runs there
moves least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.complaint import BadInput
from bayplan.manifests.git import git, top_of
from bayplan.manifests.merge import line_of_mark
from bayplan.placement import lock
from bayplan.placement.verdict import committed_plan, shown_path

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.placement.problem import Problem

SIDES = (("2", "ours"), ("3", "theirs"))
"""Numbers of the sides in git's index."""


def committed_or_side(problem: Problem, path: Path, *, forgive: bool) -> tuple[lock.Lock | None, str]:
    """The committed plan, and "" or, where git has left two, what was taken instead.

    Raises BadInput for a lock that cannot be trusted though nobody merges it, unless it is to be forgiven.
    """
    try:
        return committed_plan(problem, path), ""
    except BadInput:
        sides = _sides_of(path)
        if sides or _is_marked(path):
            return _choose(problem, path, sides)
        if forgive:
            return None, ""
        raise


def _choose(problem: Problem, path: Path, sides: list[tuple[str, bytes]]) -> tuple[lock.Lock | None, str]:
    shown = shown_path(problem, path)
    for name, data in sides:
        try:
            found = lock.parse(data, shown)
        except BadInput:
            continue
        if found.plan.cluster == problem.cluster:
            return found, f"{shown}: in a conflict; the plan of {name} counts as the committed one"
    return None, f"{shown}: in a conflict without a side to be read; decided as if there were none"


def _is_marked(path: Path) -> bool:
    return path.is_file() and line_of_mark(path.read_bytes()) > 0


def _sides_of(path: Path) -> list[tuple[str, bytes]]:
    """Name and content of each side; nothing where git knows of no conflict, or cannot be asked."""
    top = top_of(path.parent)
    if top is None:
        return []
    below = (path.parent.resolve() / path.name).relative_to(top).as_posix()
    try:
        told = [(name, git(top, "cat-file", "blob", f":{number}:{below}")) for number, name in SIDES]
    except BadInput:
        return []
    return [(name, one.stdout) for name, one in told if one.returncode == 0]
