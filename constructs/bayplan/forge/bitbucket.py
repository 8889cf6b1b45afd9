"""Bitbucket Cloud: https://developer.atlassian.com/cloud/bitbucket/rest. (Data Center: bitbucket_server.py.)"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, JsonValue, TypeAdapter

from bayplan.forge.forge import CONTEXT, Author, Comment, State
from bayplan.forge.http import Http, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.forge.forge import Status

API = "https://api.bitbucket.org/2.0"
STATES = {State.PENDING: "INPROGRESS", State.SUCCESS: "SUCCESSFUL", State.FAILURE: "FAILED"}
SUMMARY = re.compile(r"[ \t]*<summary>(.*?)</summary>[ \t]*")
TAGS = re.compile(r"</?(?:details|b|i|em|strong|sub|sup|kbd|br|p|div|span)\b[^>\n]*>")


class User(BaseModel):
    """An account. Names are no property of anybody here."""

    uuid: str = ""


class Link(BaseModel):
    """An address."""

    href: str = ""


class Links(BaseModel):
    """Where people read it."""

    html: Link = Link()


class Content(BaseModel):
    """Markdown."""

    raw: str = ""


class Said(BaseModel):
    """A comment."""

    id: int
    user: User | None = None
    content: Content = Content()
    deleted: bool = False
    inline: JsonValue = None
    """The line that it is about."""
    links: Links = Links()


class Page(BaseModel):
    """A page of comments."""

    values: list[Said]


class Commit(BaseModel):
    """The end of a branch."""

    hash: str


class Source(BaseModel):
    """A branch."""

    commit: Commit


class Pull(BaseModel):
    """A pull request."""

    source: Source
    links: Links = Links()


USER, SAID, PAGE = TypeAdapter(User), TypeAdapter(Said), TypeAdapter(Page)
PULL, ANYTHING = TypeAdapter(Pull), TypeAdapter(JsonValue)


class Bitbucket:
    """A pull request on Bitbucket Cloud.

    The token is one of a repository, a project or a workspace, or `email:token` of a person; with the scopes
    pullrequest:write and repository:write.
    """

    most_chars: ClassVar[int] = 32_768
    has_folds: ClassVar[bool] = False

    def __init__(self, api: str, token: str, repository: str, pull: int) -> None:
        basic = f"Basic {b64encode(token.encode()).decode()}"
        self.http = Http(api, token, {"Authorization": basic if ":" in token else f"Bearer {token}"})
        self.repository = quoted("repositories", *repository.split("/"))
        self.pull = f"{self.repository}/pullrequests/{pull}"
        self.page = ""

    def whoami(self) -> Author | None:
        """A person's token may ask; that of a repository may not, and learns it from its own comments."""
        answer = self.http.ask("GET", "/user")
        if answer.status in (401, 403, 404):
            return None
        return author_of(self.http.read(USER, self.http.must(answer, "/user"), "/user"))

    def head(self) -> str:
        """The newest commit of the source branch, in twelve digits."""
        found = self.http.send("GET", self.pull, PULL)
        self.page = found.links.html.href
        return found.source.commit.hash

    def comments(self) -> Iterator[Comment]:
        """Those of the conversation, without deleted ones and those on lines."""
        for page in self.http.pages(f"{self.pull}/comments", PAGE, {}, size="pagelen"):
            yield from (comment_of(one) for one in page.values if not one.deleted and not one.inline)

    def create(self, text: str) -> Comment:
        """A new comment at the end of the conversation."""
        return comment_of(self.http.send("POST", f"{self.pull}/comments", SAID, {"content": {"raw": text}}))

    def edit(self, comment: Comment, text: str) -> Comment:
        """The same comment with another text."""
        return comment_of(self.http.send("PUT", f"{self.pull}/comments/{comment.id}", SAID, {"content": {"raw": text}}))

    def delete(self, comment: Comment) -> None:
        """Gone from the page."""
        self.http.delete(f"{self.pull}/comments/{comment.id}")

    def set_status(self, commit: str, status: Status) -> None:
        """A build with our name as its key. It must lead somewhere: without a run, to the pull request."""
        if not (status.url or self.page):
            self.head()
        body = {
            "key": CONTEXT,
            "name": CONTEXT,
            "state": STATES[status.state],
            "description": status.says,
            "url": status.url or self.page,
        }
        self.http.send("POST", f"{self.repository}/commit/{commit}/statuses/build", ANYTHING, body)

    @staticmethod
    def hide(words: str) -> str:
        """A reference that nothing refers to: Bitbucket shows HTML as it is written, comments, too."""
        return f"[//]: # ({words})"

    @staticmethod
    def suit(text: str) -> str:
        """Bitbucket knows no HTML: folds become headings in bold, all else of it is left out."""
        return TAGS.sub("", SUMMARY.sub(lambda found: f"\n**{TAGS.sub('', found[1])}**\n", text))


def comment_of(said: Said) -> Comment:
    """A comment as Bitbucket writes it."""
    return Comment(id=said.id, author=author_of(said.user), text=said.content.raw, url=said.links.html.href)


def author_of(user: User | None) -> Author:
    """An account; one that is deleted has no id."""
    return Author(id=user.uuid if user else "")
