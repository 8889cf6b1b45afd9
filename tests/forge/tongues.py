"""The words of four APIs, for the same few things: who I am, a pull request, its comments, a status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from tests.forge.stand_in import Asked, Said, StandIn

Answered = tuple[int, dict[str, str], Any]
ME = 7


class Tongue:
    """What all have in common."""

    size: ClassVar[str] = "per_page"
    shows_deleted: ClassVar[bool] = False
    state: ClassVar[str] = "state"
    text: ClassVar[tuple[str, ...]] = ("body",)
    pull: ClassVar[str]
    comments: ClassVar[str]
    comment: ClassVar[str]
    status: ClassVar[str]
    number: ClassVar[str]
    commit: ClassVar[str] = "sha"
    created: ClassVar[int] = 201

    def answer(self, there: StandIn, template: str, asked: Asked, parameters: dict[str, str]) -> Answered:
        """What an operation answers."""
        if template == "/user":
            return 200, {}, self.user(ME)
        if template == self.pull:
            return 200, {}, self.request(there)
        if template == self.comments and asked.method == "GET":
            return self.listed(there, asked)
        if template == self.status:
            there.statuses.append((parameters[self.commit], asked.body[self.state], asked.body["description"]))
            return self.created, {}, self.stated(asked.body, parameters)
        if template == self.comments:
            return 201, {}, self.said(there.say(ME, self.words(asked.body)))
        return self.changed(there, asked, int(parameters[self.number]))

    def changed(self, there: StandIn, asked: Asked, number: int) -> Answered:
        """One comment, edited or taken away."""
        one = next((found for found in there.comments if found.id == number and not found.is_deleted), None)
        if one is None:
            return 404, {}, None
        if asked.method == "DELETE":
            one.is_deleted = True
            return 204, {}, None
        one.text = self.words(asked.body)
        return 200, {}, self.said(one)

    def words(self, body: Any) -> str:
        """The text of a comment as it was sent."""
        for key in self.text:
            body = body[key]
        return str(body)

    def listed(self, there: StandIn, asked: Asked) -> Answered:
        """A page of comments, and in a header the next, under an address that nobody may ask."""
        found, more = there.page(asked)
        link = {"Link": f'<https://elsewhere.example.com{asked.path}?{more}>; rel="next"'} if more else {}
        return 200, link, [self.said(one) for one in found]

    def user(self, number: int) -> Any:
        """An account."""
        return {"id": number, "login": f"account-{number}"}

    def said(self, one: Said) -> Any:
        """A comment."""
        address = f"https://forge.example.com/comments/{one.id}"
        return {"id": one.id, "body": one.text, "html_url": address, "user": self.user(one.author)}

    def request(self, there: StandIn) -> Any:
        """A pull request."""
        return {"number": 12, "head": {"sha": there.head, "ref": "change"}}

    def stated(self, body: Any, parameters: dict[str, str]) -> Any:  # noqa: ARG002 - others need it
        """A status."""
        return {"target_url": None, **body}


class GitHub(Tongue):
    """GitHub."""

    pull = "/repos/{owner}/{repo}/pulls/{pull_number}"
    comments = "/repos/{owner}/{repo}/issues/{issue_number}/comments"
    comment = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
    status = "/repos/{owner}/{repo}/statuses/{sha}"
    number = "comment_id"

    def answer(self, there: StandIn, template: str, asked: Asked, parameters: dict[str, str]) -> Answered:
        """Beside the rest: pull requests of a branch."""
        if template == "/repos/{owner}/{repo}/pulls":
            return 200, {}, [self.request(there)] if "head=fork%3Achange" in asked.query else []
        return super().answer(there, template, asked, parameters)


class Gitea(Tongue):
    """Gitea."""

    pull = "/repos/{owner}/{repo}/pulls/{index}"
    comments = "/repos/{owner}/{repo}/issues/{index}/comments"
    comment = "/repos/{owner}/{repo}/issues/comments/{id}"
    status = "/repos/{owner}/{repo}/statuses/{sha}"
    number = "id"

    def listed(self, there: StandIn, asked: Asked) -> Answered:  # noqa: ARG002 - it has no pages
        """All comments."""
        return 200, {}, [self.said(one) for one in there.comments if not one.is_deleted]

    def stated(self, body: Any, parameters: dict[str, str]) -> Any:  # noqa: ARG002 - others need it
        """A status."""
        return {"status": body["state"], "context": body["context"], "description": body["description"]}


class GitLab(Tongue):
    """GitLab."""

    pull = "/projects/{id}/merge_requests/{merge_request_iid}"
    comments = "/projects/{id}/merge_requests/{merge_request_iid}/notes"
    comment = "/projects/{id}/merge_requests/{merge_request_iid}/notes/{note_id}"
    status = "/projects/{id}/statuses/{sha}"
    number = "note_id"
    created = 200

    def user(self, number: int) -> Any:
        """An account."""
        return {"id": number, "username": f"account-{number}"}

    def said(self, one: Said) -> Any:
        """A note."""
        return {"id": one.id, "body": one.text, "author": self.user(one.author), "system": one.text == "system"}

    def request(self, there: StandIn) -> Any:
        """A merge request."""
        page = "https://forge.example.com/merge_requests/12"
        return {"iid": 12, "sha": there.head, "source_branch": "change", "web_url": page}

    def stated(self, body: Any, parameters: dict[str, str]) -> Any:
        """A status."""
        return {"id": 1, "sha": parameters["sha"], "status": body["state"], "name": body["name"]}
