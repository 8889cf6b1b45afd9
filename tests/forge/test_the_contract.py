"""The descriptions are read: what does not follow them is said."""

from __future__ import annotations

from typing import Any

import pytest
from tests.forge.contract import operation_of, wrong_answer, wrong_request

NOTES = "/api/v4/projects/shop%2Ffleet/merge_requests/12/notes"
BUILD = "/2.0/repositories/shop/fleet/commit/c0ffee/statuses/build"


@pytest.mark.parametrize(
    ("forge", "asked", "query", "body", "says"),
    [
        ("github", ("PUT", "/repos/shop/fleet/issues/comments/1"), "", {"body": "x"}, "no operation"),
        ("github", ("PATCH", "/repos/shop/fleet/issues/comments/one"), "", {"body": "x"}, "comment_id"),
        ("github", ("POST", "/repos/shop/fleet/statuses/c0ffee"), "", {"state": "failed"}, "'failed' is not one of"),
        ("github", ("POST", "/repos/shop/fleet/statuses/c0ffee"), "", {"context": "a"}, "'state' is a required"),
        ("github", ("POST", "/repos/shop/fleet/issues/1/comments"), "", {"body": "x", "text": "y"}, "knows no text"),
        ("github", ("GET", "/repos/shop/fleet/issues/1/comments"), "pagelen=100", None, "knows no pagelen"),
        ("gitea", ("GET", "/api/v1/repos/shop/fleet/issues/1/comments"), "page=2", None, "knows no page"),
        ("gitlab", ("POST", NOTES), "", {"body": "x" * 1_000_001}, "too long"),
        ("gitlab", ("GET", NOTES), "per_page=101", None, "101 is greater than the maximum"),
        ("bitbucket", ("POST", BUILD), "", {"key": "a", "state": "FAILED"}, "'url' is a required"),
        ("bitbucket", ("POST", BUILD), "", None, "None is not of type"),
        ("bitbucket", ("GET", "/2.0/user"), "", {"a": 1}, "takes no body"),
    ],
)
def test_a_request_that_does_not_follow_it(
    forge: str, asked: tuple[str, str], query: str, body: Any, says: str
) -> None:
    found = operation_of(forge, *asked)
    wrong = wrong_request(*found, query, body) if found else ["no operation"]
    assert len(wrong) == 1
    assert says in wrong[0]


@pytest.mark.parametrize(
    ("forge", "status", "body", "says"),
    [
        ("github", 200, {"login": "me"}, "'id' is a required"),
        ("github", 500, None, "never answers 500"),
        ("gitlab", 200, {"id": "7", "username": "me"}, "'7' is not of type"),
    ],
)
def test_an_answer_that_does_not_follow_it(forge: str, status: int, body: Any, says: str) -> None:
    found = operation_of(forge, "GET", "/api/v4/user" if forge == "gitlab" else "/user")
    assert found is not None
    (wrong,) = wrong_answer(found[0], status, body)
    assert says in wrong
