"""Texts that reach a program as somebody said them, whatever kubelets make of dollars."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def as_said(text: str) -> str:
    """Kubelets make `$` of `$$`, in settings and arguments: a password may hold it, and a shell calls itself so.

    `$(NAME)` stays theirs: they put the setting of that name in its place, and leave it where there is none.
    Source: <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>
    """
    return text.replace("$$", "$$$$")


def all_as_said(texts: Iterable[str]) -> list[str] | None:
    """The same of a list; None where there is nothing."""
    return [as_said(text) for text in texts] or None
