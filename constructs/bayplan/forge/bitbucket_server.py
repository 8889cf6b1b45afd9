"""Bitbucket Data Center: https://developer.atlassian.com/server/bitbucket/rest. It is another program than Cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, JsonValue, TypeAdapter

from bayplan.forge.bitbucket import STATES, Bitbucket, Link
from bayplan.forge.forge import CONTEXT, Author, Comment
from bayplan.forge.http import MOST_PAGES, PER_PAGE, Http, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.forge.forge import Status


class User(BaseModel):
    """An account."""

    id: int | None = None
    name: str = ""


class Said(BaseModel):
    """A comment."""

    id: int
    version: int
    text: str = ""
    author: User = User()


class Activity(BaseModel):
    """What has happened to a pull request: a comment among other things."""

    action: str
    comment: Said | None = None
    commentAnchor: JsonValue = None  # noqa: N815 - Bitbucket's name
    """The line that a comment is about."""


class Page(BaseModel):
    """A page of them, the newest first."""

    values: list[Activity]
    isLastPage: bool = True  # noqa: N815 - Bitbucket's names
    nextPageStart: int | None = None  # noqa: N815


class Source(BaseModel):
    """A branch."""

    latestCommit: str  # noqa: N815 - Bitbucket's name


class Links(BaseModel):
    """Where people read it."""

    self: list[Link] = []


class Pull(BaseModel):
    """A pull request."""

    fromRef: Source  # noqa: N815 - Bitbucket's name
    links: Links = Links()


SAID, PAGE, PULL, ANYTHING = TypeAdapter(Said), TypeAdapter(Page), TypeAdapter(Pull), TypeAdapter(JsonValue)


class BitbucketServer:
    """A pull request on Bitbucket Data Center. The token is an HTTP access token that may write to the repository."""

    most_chars: ClassVar[int] = Bitbucket.most_chars
    has_folds: ClassVar[bool] = Bitbucket.has_folds
    hide = staticmethod(Bitbucket.hide)
    suit = staticmethod(Bitbucket.suit)

    def __init__(self, api: str, token: str, repository: str, pull: int) -> None:
        self.http = Http(api, token, {"Authorization": f"Bearer {token}"})
        project, _, name = repository.partition("/")
        self.repository = quoted("projects", project, "repos", name)
        self.pull = f"{self.repository}/pull-requests/{pull}"
        self.found: Pull | None = None
        """What was last seen of it."""

    def whoami(self) -> Author | None:
        """There is no question for that, but every answer says for whom it is."""
        user = self.http.must(self.http.ask("GET", self.pull), self.pull).user
        return Author(id="", name=user) if user else None

    def head(self) -> str:
        """The newest commit of the source branch."""
        self.found = self.http.send("GET", self.pull, PULL)
        return self.found.fromRef.latestCommit

    def comments(self) -> Iterator[Comment]:
        """Those of the conversation, without those on lines."""
        start: int | None = 0
        for _ in range(MOST_PAGES):
            page = self.http.send("GET", f"{self.pull}/activities?limit={PER_PAGE}&start={start}", PAGE)
            for one in page.values:
                if one.action == "COMMENTED" and one.comment and not one.commentAnchor:
                    yield self._comment(one.comment)
            start = page.nextPageStart
            if page.isLastPage or start is None:
                return

    def create(self, text: str) -> Comment:
        """A new comment at the end of the conversation."""
        return self._comment(self.http.send("POST", f"{self.pull}/comments", SAID, {"text": text}))

    def edit(self, comment: Comment, text: str) -> Comment:
        """The same comment with another text; refused where somebody has edited it since it was read."""
        body = {"text": text, "version": comment.version}
        return self._comment(self.http.send("PUT", f"{self.pull}/comments/{comment.id}", SAID, body))

    def delete(self, comment: Comment) -> None:
        """Gone for good; one that was answered has to stay."""
        path = f"{self.pull}/comments/{comment.id}?version={comment.version}"
        answer = self.http.ask("DELETE", path)
        if answer.status not in (404, 409):
            self.http.must(answer, path)

    def set_status(self, commit: str, status: Status) -> None:
        """A build with our name as its key. It must lead somewhere: without a run, to the pull request."""
        body = {
            "key": CONTEXT,
            "name": CONTEXT,
            "state": STATES[status.state],
            "description": status.says,
            "url": status.url or self._page(),
        }
        path = f"{self.repository}/commits/{commit}/builds"
        self.http.must(self.http.ask("POST", path, body=body), path)

    def _comment(self, said: Said) -> Comment:
        author = Author(id="" if said.author.id is None else str(said.author.id), name=said.author.name)
        url = f"{self._page()}/overview?commentId={said.id}"
        return Comment(id=said.id, author=author, text=said.text, url=url, version=said.version)

    def _page(self) -> str:
        found = self.found or self.http.send("GET", self.pull, PULL)
        return found.links.self[0].href if found.links.self else self.http.api
