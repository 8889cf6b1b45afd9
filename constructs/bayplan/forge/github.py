"""GitHub, and GitHub Enterprise: https://docs.github.com/rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, JsonValue, TypeAdapter

from bayplan.forge.forge import CONTEXT, Author, Comment
from bayplan.forge.http import Http, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.forge.forge import Status

API = "https://api.github.com"
VERSION = "2022-11-28"
VIEWER = "{viewer{login databaseId}}"


class User(BaseModel):
    """An account."""

    id: int
    login: str = ""


class Said(BaseModel):
    """A comment."""

    id: int
    user: User | None = None
    """None for an account that is deleted."""
    body: str | None = None
    html_url: str = ""


class Commit(BaseModel):
    """The end of a branch."""

    sha: str


class Pull(BaseModel):
    """A pull request."""

    head: Commit


class Viewer(BaseModel):
    """Who asks, as GraphQL says it."""

    login: str
    databaseId: int  # noqa: N815 - GitHub's name


class Viewed(BaseModel):
    """Answer to VIEWER."""

    data: dict[str, Viewer]


class Listed(BaseModel):
    """A pull request of a list."""

    number: int
    head: Commit


USER, SAID, ALL_SAID = TypeAdapter(User), TypeAdapter(Said), TypeAdapter(list[Said])
PULL, LISTED = TypeAdapter(Pull), TypeAdapter(list[Listed])
VIEWED, ANYTHING = TypeAdapter(Viewed), TypeAdapter(JsonValue)


class GitHub:
    """A pull request on GitHub. Its comments are those of the issue of the same number."""

    most_chars: ClassVar[int] = 65_536
    has_folds: ClassVar[bool] = True

    def __init__(self, api: str, token: str, repository: str, pull: int) -> None:
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": VERSION,
        }
        self.http = Http(api, token, headers)
        self.repository = quoted("repos", *repository.split("/"))
        self.pull = pull

    def find(self, branch: str, commit: str) -> int:
        """Number of the open pull request from a branch, `owner:name`; 0 where there is none, or no single one.

        A workflow that was started by the run of a fork is not told it.
        """
        path = f"{self.repository}/pulls"
        pages = self.http.pages(path, LISTED, {"state": "open", "head": branch})
        found = [one for page in pages for one in page]
        exact = [one for one in found if one.head.sha == commit]
        return (exact or found)[0].number if len(exact or found) == 1 else 0

    def whoami(self) -> Author | None:
        """A person's token may ask; that of an app, as the one of GitHub Actions, may ask only GraphQL, if at all."""
        answer = self.http.ask("GET", "/user")
        if answer.status != 403:
            return author_of(self.http.read(USER, self.http.must(answer, "/user"), "/user"))
        if self.http.api.endswith("/api/v3"):  # Enterprise has GraphQL beside its API, not below it
            return None
        answer = self.http.ask("POST", "/graphql", body={"query": VIEWER})
        try:
            viewer = VIEWED.validate_json(answer.content).data["viewer"]
        except (ValueError, KeyError):
            return None
        return Author(id=str(viewer.databaseId), name=viewer.login)

    def head(self) -> str:
        """The commit of the branch, not the one that GitHub makes to try the merge."""
        return self.http.send("GET", f"{self.repository}/pulls/{self.pull}", PULL).head.sha

    def comments(self) -> Iterator[Comment]:
        """All of the conversation."""
        for page in self.http.pages(f"{self.repository}/issues/{self.pull}/comments", ALL_SAID, {}):
            yield from map(comment_of, page)

    def create(self, text: str) -> Comment:
        """A new comment at the end of the conversation."""
        path = f"{self.repository}/issues/{self.pull}/comments"
        return comment_of(self.http.send("POST", path, SAID, {"body": text}))

    def edit(self, comment: Comment, text: str) -> Comment:
        """The same comment with another text."""
        path = f"{self.repository}/issues/comments/{comment.id}"
        return comment_of(self.http.send("PATCH", path, SAID, {"body": text}))

    def delete(self, comment: Comment) -> None:
        """Gone for good."""
        self.http.delete(f"{self.repository}/issues/comments/{comment.id}")

    def set_status(self, commit: str, status: Status) -> None:
        """Of all statuses of one context the last one counts."""
        body = {"state": status.state.value, "description": status.says, "context": CONTEXT}
        body |= {"target_url": status.url} if status.url else {}
        self.http.send("POST", f"{self.repository}/statuses/{commit}", ANYTHING, body)

    @staticmethod
    def hide(words: str) -> str:
        """A comment of HTML."""
        return f"<!-- {words} -->"

    @staticmethod
    def suit(text: str) -> str:
        """Everything is shown."""
        return text


def comment_of(said: Said) -> Comment:
    """A comment as GitHub and Gitea write it."""
    return Comment(id=said.id, author=author_of(said.user), text=said.body or "", url=said.html_url)


def author_of(user: User | None) -> Author:
    """An account; one that is deleted has neither id nor name."""
    return Author(id=str(user.id), name=user.login) if user else Author(id="")
