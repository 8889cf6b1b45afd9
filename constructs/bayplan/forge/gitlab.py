"""GitLab: https://docs.gitlab.com/api/rest. Its word for a pull request is merge request, for a comment note."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, JsonValue, TypeAdapter

from bayplan.forge.forge import CONTEXT, Author, Comment, State
from bayplan.forge.http import Http, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.forge.forge import Status

API = "https://gitlab.com/api/v4"
STATES = {State.PENDING: "pending", State.SUCCESS: "success", State.FAILURE: "failed"}


class User(BaseModel):
    """An account."""

    id: int
    username: str = ""


class Said(BaseModel):
    """A note."""

    id: int
    body: str = ""
    author: User
    system: bool = False
    """Whether GitLab itself has written it."""


class Request(BaseModel):
    """A merge request."""

    sha: str
    source_branch: str = ""
    web_url: str = ""


USER, SAID, ALL_SAID = TypeAdapter(User), TypeAdapter(Said), TypeAdapter(list[Said])
REQUEST, ANYTHING = TypeAdapter(Request), TypeAdapter(JsonValue)


class GitLab:
    """A merge request on GitLab. The token is one of a project, a group or a person, with scope `api`.

    That of a job (CI_JOB_TOKEN) may not write comments.
    """

    most_chars: ClassVar[int] = 1_000_000
    has_folds: ClassVar[bool] = True

    def __init__(self, api: str, token: str, repository: str, pull: int) -> None:
        self.http = Http(api, token, {"PRIVATE-TOKEN": token}, busy=(409,))
        self.project = quoted("projects", repository)
        self.request = f"{self.project}/merge_requests/{pull}"
        self.found: Request | None = None
        """What was last seen of it."""

    def whoami(self) -> Author | None:
        """The bot of a project's token, too, is an account."""
        return author_of(self.http.send("GET", "/user", USER))

    def head(self) -> str:
        """The newest commit of the source branch."""
        self.found = self.http.send("GET", self.request, REQUEST)
        return self.found.sha

    def comments(self) -> Iterator[Comment]:
        """Notes, without those that GitLab itself makes, and oldest first: what comes in meanwhile is at the end."""
        query = {"sort": "asc", "order_by": "created_at"}
        for page in self.http.pages(f"{self.request}/notes", ALL_SAID, query):
            yield from (self._comment(one) for one in page if not one.system)

    def create(self, text: str) -> Comment:
        """A new note; no thread that somebody would have to resolve."""
        return self._comment(self.http.send("POST", f"{self.request}/notes", SAID, {"body": text}))

    def edit(self, comment: Comment, text: str) -> Comment:
        """The same note with another text."""
        return self._comment(self.http.send("PUT", f"{self.request}/notes/{comment.id}", SAID, {"body": text}))

    def delete(self, comment: Comment) -> None:
        """Gone for good."""
        self.http.delete(f"{self.request}/notes/{comment.id}")

    def set_status(self, commit: str, status: Status) -> None:
        """A job of its own in the commit's pipeline. GitLab refuses what is so already: that is no error here.

        The branch is named since GitLab looks for one that holds the commit, and a fork's it does not see.
        """
        found = self.found or self.http.send("GET", self.request, REQUEST)
        body = {"state": STATES[status.state], "name": CONTEXT, "description": status.says, "ref": found.source_branch}
        body |= {"target_url": status.url} if status.url else {}
        path = f"{self.project}/statuses/{commit}"
        answer = self.http.ask("POST", path, body=body)
        is_so_already = "Cannot transition status" in answer.says and f"from :{STATES[status.state]} " in answer.says
        if answer.status != 400 or not is_so_already:
            self.http.must(answer, path)

    @staticmethod
    def hide(words: str) -> str:
        """A comment of HTML."""
        return f"<!-- {words} -->"

    @staticmethod
    def suit(text: str) -> str:
        """A line that begins with a slash would be a command to GitLab: to merge, to close, to assign."""
        return "".join(f"&#47;{line[1:]}" if line.startswith("/") else line for line in text.splitlines(keepends=True))

    def _comment(self, said: Said) -> Comment:
        url = f"{self.found.web_url}#note_{said.id}" if self.found and self.found.web_url else ""
        return Comment(id=said.id, author=author_of(said.author), text=said.body, url=url)


def author_of(user: User) -> Author:
    """An account."""
    return Author(id=str(user.id), name=user.username)
