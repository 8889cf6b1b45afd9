"""The words of the two Bitbuckets, which have little in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from tests.forge.tongues import ME, Tongue

if TYPE_CHECKING:
    from tests.forge.stand_in import Asked, Said, StandIn
    from tests.forge.tongues import Answered


class Bitbucket(Tongue):
    """Bitbucket Cloud."""

    size = "pagelen"
    shows_deleted = True
    text = ("content", "raw")
    pull = "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}"
    comments = f"{pull}/comments"
    comment = f"{comments}/{{comment_id}}"
    status = "/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build"
    number = "comment_id"
    commit = "commit"

    def user(self, number: int) -> Any:
        """An account, under a name that anybody may take."""
        return {"type": "user", "uuid": f"{{account-{number}}}", "display_name": "Bot"}

    def said(self, one: Said) -> Any:
        """A comment."""
        about = {"type": "pullrequest_comment", "id": one.id, "user": self.user(one.author), "deleted": one.is_deleted}
        links = {"html": {"href": f"https://forge.example.com/comments/{one.id}"}}
        return about | {"content": {"raw": one.text, "markup": "markdown", "html": ""}, "links": links}

    def request(self, there: StandIn) -> Any:
        """A pull request, with as much of its commit as Bitbucket tells."""
        links = {"html": {"href": "https://forge.example.com/pull-requests/12"}}
        return {"type": "pullrequest", "id": 12, "source": {"commit": {"hash": there.head[:12]}}, "links": links}

    def listed(self, there: StandIn, asked: Asked) -> Answered:
        """A page of comments, and in it the address of the next."""
        found, more = there.page(asked)
        following = {"next": f"https://elsewhere.example.com{asked.path}?{more}"} if more else {}
        return 200, {}, {"values": [self.said(one) for one in found], "pagelen": 100, **following}

    def stated(self, body: Any, parameters: dict[str, str]) -> Any:  # noqa: ARG002 - others need it
        """A status."""
        return {"type": "build", "key": body["key"], "state": body["state"]}


class BitbucketServer(Tongue):
    """Bitbucket Data Center."""

    text = ("text",)
    pull = "/projects/{projectKey}/repos/{repositorySlug}/pull-requests/{pullRequestId}"
    listing = f"{pull}/activities"
    comments = f"{pull}/comments"
    comment = f"{comments}/{{commentId}}"
    status = "/projects/{projectKey}/repos/{repositorySlug}/commits/{commitId}/builds"
    number = "commentId"
    commit = "commitId"
    created = 204

    def answer(self, there: StandIn, template: str, asked: Asked, parameters: dict[str, str]) -> Answered:
        """Comments are listed elsewhere, and every answer says for whom it is."""
        if template == self.listing:
            return self.listed(there, asked)
        status, headers, body = super().answer(there, template, asked, parameters)
        return status, headers | {"X-AUSERNAME": f"account-{ME}"}, body

    def changed(self, there: StandIn, asked: Asked, number: int) -> Answered:
        """Only who knows the newest version may change it."""
        one = next((found for found in there.comments if found.id == number), None)
        given = parse_qs(asked.query).get("version", [""])[0] if asked.body is None else asked.body["version"]
        if one and str(one.version) != str(given):
            return (
                409,
                {},
                {"errors": [{"message": "You are attempting to modify a comment based on out-of-date data."}]},
            )
        if one:
            one.version += 1
        return super().changed(there, asked, number)

    def user(self, number: int) -> Any:
        """An account."""
        return {"id": number, "name": f"account-{number}", "slug": f"account-{number}", "displayName": "Bot"}

    def said(self, one: Said) -> Any:
        """A comment."""
        return {"id": one.id, "version": one.version, "text": one.text, "author": self.user(one.author)}

    def request(self, there: StandIn) -> Any:
        """A pull request."""
        links = {"self": [{"href": "https://forge.example.com/projects/shop/repos/fleet/pull-requests/12"}]}
        return {"id": 12, "version": 1, "fromRef": {"latestCommit": there.head}, "links": links}

    def listed(self, there: StandIn, asked: Asked) -> Answered:
        """A page of what has happened, the newest first, and among it a comment on a line."""
        query = {name: int(values[0]) for name, values in parse_qs(asked.query).items()}
        start, limit = query.get("start", 0), query.get("limit", 25)
        found = [one for one in reversed(there.comments) if not one.is_deleted]
        there.comments += there.on_list
        there.on_list = []
        values = [{"id": one.id, "action": "COMMENTED", "comment": self.said(one)} for one in found]
        values = [{"id": 1, "action": "OPENED"}, *values]
        is_last = len(values) <= start + limit
        following = {} if is_last else {"nextPageStart": start + limit}
        page = values[start : start + limit]
        return (
            200,
            {},
            {"values": page, "size": len(page), "limit": limit, "start": start, "isLastPage": is_last} | following,
        )

    def stated(self, body: Any, parameters: dict[str, str]) -> Any:  # noqa: ARG002 - others need it
        """Nothing."""
        return None
