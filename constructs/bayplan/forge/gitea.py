"""Gitea, and Forgejo: what its /api/swagger says. Its API began as GitHub's, and comments and statuses still are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.forge.github import ALL_SAID, USER, GitHub, author_of, comment_of
from bayplan.forge.http import Http, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.forge.forge import Author, Comment


class Gitea(GitHub):
    """A pull request on Gitea. The token needs the scopes read:user, write:issue and write:repository."""

    def __init__(self, api: str, token: str, repository: str, pull: int) -> None:
        self.http = Http(api, token, {"Authorization": f"token {token}"})
        self.repository = quoted("repos", *repository.split("/"))
        self.pull = pull

    def whoami(self) -> Author | None:
        """Every token may ask, that of Gitea Actions, too, if its scopes are not narrower."""
        answer = self.http.ask("GET", "/user")
        if answer.status == 403:
            return None
        return author_of(self.http.read(USER, self.http.must(answer, "/user"), "/user"))

    def comments(self) -> Iterator[Comment]:
        """All at once: Gitea has no pages here."""
        found = self.http.send("GET", f"{self.repository}/issues/{self.pull}/comments", ALL_SAID)
        yield from map(comment_of, found)
