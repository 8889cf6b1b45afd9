"""Questions to a person: on a terminal only, and never one that a flag has answered."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing that has to be known."""

    flag: str
    """What answers it on the command line."""
    asks: str
    default: str
    check: Callable[[str], str]
    """What is wrong with an answer; "" where it will do."""
    choices: tuple[str, ...] = ()


def answered(question: Question, given: str | None, *, ask: bool) -> str:
    """What the flag says, else what the person says, else the default; BadInput for a flag that will not do."""
    if given is None and ask:
        return _ask(question)
    said = question.default if given is None else given
    if wrong := question.check(said):
        fix = f"Answer with {question.flag}."
        raise BadInput([Complaint(file=question.flag, line=0, what=f"{said!r}: {wrong}", fix=fix)])
    return said


def may_ask(*, yes: bool) -> bool:
    """Whether somebody is there to be asked."""
    return not yes and sys.stdin.isatty() and sys.stderr.isatty()


def _ask(question: Question) -> str:
    from rich.console import Console
    from rich.prompt import Prompt

    console = Console(stderr=True, highlight=False)
    while True:
        said = Prompt.ask(
            question.asks, console=console, default=question.default, choices=list(question.choices) or None
        ).strip()
        if not (wrong := question.check(said)):
            return said
        console.print(wrong, markup=False)


def remote_of(folder: Path) -> str:
    """Where a repository comes from, spelled out as Flux wants it; "" where git knows nothing of that."""
    from bayplan.manifests.git import git, top_of

    top = top_of(folder)
    if top is None:
        return ""
    try:
        told = git(top, "remote", "get-url", "origin")
    except BadInput:
        return ""
    url = told.stdout.decode("utf-8", "replace").strip() if told.returncode == 0 else ""
    if short := re.fullmatch(r"([\w.-]+@[\w.-]+):([^/].*)", url):
        return f"ssh://{short[1]}/{short[2]}"
    return re.sub(r"^https://[^/@]*@", "https://", url)
