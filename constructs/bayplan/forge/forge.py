"""What every forge can do for us; each in a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTEXT = "bayplan/review"
"""Name of our commit status; branch protection asks for it by this name."""
MOST_IN_STATUS = 140
"""Characters of a status: what GitHub takes, which takes the least."""


class State(StrEnum):
    """How far a review is, as commit statuses tell it."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who has written a comment."""

    id: str
    """What never changes and nobody can choose; "" where only the name is known."""
    name: str = ""

    def is_same(self, other: Author) -> bool:
        """Whether both are one account: by id, and by name only where an id is missing."""
        if self.id and other.id:
            return self.id == other.id
        return bool(self.name) and self.name.casefold() == other.name.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment on a pull request, not on a line of it."""

    id: int
    """Grows with time: the greater one is the newer one."""
    author: Author
    text: str
    """Markdown, as it was sent."""
    url: str = ""
    """Where people read it."""
    version: int = 0
    """How often it was edited, where a forge asks for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What stands beside a commit."""

    state: State
    says: str
    """One line, at most MOST_IN_STATUS characters."""
    url: str = ""
    """What explains it: the run of the pipeline; "" for the pull request."""


class Shape(Protocol):
    """What comments may be on a kind of forge; known without asking one."""

    most_chars: ClassVar[int]
    """Characters that a comment may have."""
    has_folds: ClassVar[bool]
    """Whether <details> can be opened and closed there."""

    @staticmethod
    def hide(words: str) -> str:
        """A line of Markdown that nobody sees, which carries these words."""

    @staticmethod
    def suit(text: str) -> str:
        """The text with what this forge does not show, or would obey, said otherwise."""


class Forge(Shape, Protocol):
    """One pull request on one forge. What cannot be done is raised as BadInput: what, where, what to do."""

    def whoami(self) -> Author | None:
        """Who the token is; None where it may not be asked, and only a comment of its own tells it."""

    def head(self) -> str:
        """The commit that the pull request is at now; the first twelve digits or more."""

    def comments(self) -> Iterator[Comment]:
        """All comments of all pages."""

    def create(self, text: str) -> Comment:
        """Say something new."""

    def edit(self, comment: Comment, text: str) -> Comment:
        """Say it in the place of an earlier comment."""

    def delete(self, comment: Comment) -> None:
        """Take a comment away; one that is gone already is no error."""

    def set_status(self, commit: str, status: Status) -> None:
        """Put our status beside a commit, in the place of the one before."""


def is_same_commit(one: str, other: str) -> bool:
    """Whether both name one commit; some forges give only its first twelve digits."""
    length = min(len(one), len(other))
    return length >= 7 and one[:length].lower() == other[:length].lower()
