"""One comment a tree, always the newest: what is done so that there is never a second one.

Two pipelines may run at once, finish in any order, or be run again. The rules: a review of the commit that the pull
request is at now takes the place of every other; a review that comes late never does; of several comments of our own
the best is kept and the others are taken away; what is said already is not sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bayplan.forge.forge import is_same_commit
from bayplan.forge.marker import Marker, marker_of, speaks_of, superseded, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bayplan.forge.forge import Author, Comment, Forge


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is to be said."""

    key: str
    """For which tree; one comment each."""
    commit: str
    """What it speaks of."""
    body: str
    """Markdown."""


class Outcome(StrEnum):
    """What became of a note."""

    CREATED = "created"
    EDITED = "edited"
    SAME = "unchanged"
    """The comment says so already; nothing was sent."""
    LATE = "superseded"
    """The pull request has moved on, and another comment of ours stands there: it was not overwritten."""
    NONE = "none"
    """There is no comment, and none was to be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where a note stands now."""

    outcome: Outcome
    url: str
    head: str
    """The commit that the pull request is at."""


def post(forge: Forge, note: Note, author: Author | None = None) -> Posted:
    """Say it, in the place of what was said before; `author` is us where the token may not be asked who it is."""
    head = forge.head()
    me = author or forge.whoami()
    mine = own(forge.comments(), me, note.key)
    is_late = not is_same_commit(note.commit, head)
    text = written(forge, Marker(key=note.key, commit=note.commit, is_superseded=is_late), note.body)
    kept = best(mine, head)
    if kept is None:
        return _still(forge, _create(forge, text, note.key), head)
    clear(forge, mine, kept)
    if is_late and not speaks_of(kept.text, note.commit):
        if not speaks_of(kept.text, head):
            kept = _say(forge, kept, superseded(forge, kept.text))[1]
        return Posted(outcome=Outcome.LATE, url=kept.url, head=head)
    outcome, kept = _say(forge, kept, text)
    if outcome is Outcome.SAME:
        return Posted(outcome=outcome, url=kept.url, head=head)
    return _still(forge, kept, head, outcome)


def announce(forge: Forge, key: str, commit: str, author: Author | None = None) -> Posted:
    """Say of the comment that stands there that a newer commit is being reviewed; nothing where none does."""
    head = forge.head()
    me = author or forge.whoami()
    kept = best(own(forge.comments(), me, key), head)
    if kept is None:
        return Posted(outcome=Outcome.NONE, url="", head=head)
    if not is_same_commit(commit, head):
        return Posted(outcome=Outcome.LATE, url=kept.url, head=head)
    if speaks_of(kept.text, commit):
        return Posted(outcome=Outcome.SAME, url=kept.url, head=head)
    outcome, kept = _say(forge, kept, superseded(forge, kept.text))
    return Posted(outcome=outcome, url=kept.url, head=head)


def own(comments: Iterable[Comment], me: Author | None, key: str) -> list[Comment]:
    """Our comments for a tree, oldest first: by their author first, and only then by what they say."""
    found = [one for one in comments if me and one.author.is_same(me)]
    return sorted((one for one in found if is_for(one.text, key)), key=lambda one: one.id)


def is_for(text: str, key: str) -> bool:
    """Whether the hidden line speaks for a tree."""
    marker = marker_of(text)
    return marker is not None and marker.key == key


def best(mine: Sequence[Comment], head: str) -> Comment | None:
    """The one that stays: about the newest commit, else the newest comment; all processes choose the same one."""
    return max(mine, key=lambda one: (speaks_of(one.text, head), one.id), default=None)


def clear(forge: Forge, mine: Sequence[Comment], kept: Comment) -> None:
    """Take away what should not be there a second time."""
    for one in mine:
        if one.id != kept.id:
            forge.delete(one)


def _still(forge: Forge, kept: Comment, head: str, outcome: Outcome = Outcome.CREATED) -> Posted:
    """Where a comment stands now, after a last look whether somebody has pushed while it was written."""
    now = forge.head()
    if not is_same_commit(now, head) and not speaks_of(kept.text, now):
        kept = _say(forge, kept, superseded(forge, kept.text))[1]
    return Posted(outcome=outcome, url=kept.url, head=now)


def _create(forge: Forge, text: str, key: str) -> Comment:
    """Make the first comment, and look again: another process may have done the same at the same time.

    The answer says who we are, also where the token could not be asked: earlier comments of ours are found then.
    """
    made = forge.create(text)
    mine = own(forge.comments(), made.author, key) or [made]
    kept = best(mine, forge.head()) or made
    clear(forge, mine, kept)
    return kept


def _say(forge: Forge, comment: Comment, text: str) -> tuple[Outcome, Comment]:
    """Edit where something changes: forges end lines as they like, and trim the end."""
    if _lines(comment.text) == _lines(text):
        return Outcome.SAME, comment
    return Outcome.EDITED, forge.edit(comment, text)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
