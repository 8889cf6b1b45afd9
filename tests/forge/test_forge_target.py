"""Where to speak is known from the pipeline's own surroundings, and never from what an untrusted job has written."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.forge.conftest import TOKEN
from tests.forge.stand_in import HEAD

from bayplan.complaint import BadInput
from bayplan.forge.surroundings import surroundings
from bayplan.forge.target import Target, checked, open_forge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.forge.stand_in import StandIn

ACTIONS = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_API_URL": "https://api.github.com",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "shop/fleet",
    "GITHUB_RUN_ID": "99",
    "GITHUB_SHA": "a" * 40,
}
FORK_RUN = {
    "workflow_run": {
        "head_sha": HEAD,
        "head_branch": "change",
        "head_repository": {"owner": {"login": "fork"}},
        "pull_requests": [],
    }
}


def actions(folder: Path, event: Any, **more: str) -> Target:
    """What is known in a job that was started by an event."""
    file = folder / "event.json"
    file.write_text(event if isinstance(event, str) else json.dumps(event))
    return surroundings(ACTIONS | more | {"GITHUB_EVENT_PATH": str(file)})


def test_a_pull_request_on_github(tmp_path: Path) -> None:
    """The commit of the branch, not GITHUB_SHA, which is one that GitHub makes to try the merge."""
    found = actions(tmp_path, {"pull_request": {"number": 12, "head": {"sha": HEAD}}})
    assert found == Target(
        forge="github",
        api="https://api.github.com",
        repository="shop/fleet",
        pull=12,
        commit=HEAD,
        run="https://github.com/shop/fleet/actions/runs/99",
    )


def test_gitea_has_the_variables_of_github_and_its_own(tmp_path: Path) -> None:
    event = {"pull_request": {"number": 12, "head": {"sha": HEAD}}}
    found = actions(tmp_path, event, GITEA_ACTIONS="true", GITHUB_API_URL="https://git.example.com/api/v1")
    assert (found.forge, found.api, found.pull) == ("gitea", "https://git.example.com/api/v1", 12)


def test_the_run_of_another_workflow_on_github(tmp_path: Path) -> None:
    run = FORK_RUN["workflow_run"] | {"pull_requests": [{"number": 12}]}
    found = actions(tmp_path, {"workflow_run": run})
    assert (found.pull, found.commit, found.branch) == (12, HEAD, "fork:change")


def test_the_run_of_a_fork_is_found_by_its_branch(tmp_path: Path, start: Callable[[str], StandIn]) -> None:
    """GitHub does not tell the number then. (A contract test: the server is none of GitHub's.)"""
    there = start("github")
    target = checked(actions(tmp_path, FORK_RUN, GITHUB_API_URL=there.api))
    assert (target.pull, target.branch) == (0, "fork:change")
    forge = open_forge(target, {"GITHUB_TOKEN": TOKEN})
    assert forge.head() == HEAD
    asked = there.asked[0]
    assert (asked.path, asked.query) == ("/repos/shop/fleet/pulls", "state=open&head=fork%3Achange&per_page=100")
    assert there.asked[-1].path == "/repos/shop/fleet/pulls/12"


def test_a_branch_without_an_open_pull_request_is_said(tmp_path: Path, start: Callable[[str], StandIn]) -> None:
    there = start("github")
    run = FORK_RUN["workflow_run"] | {"head_branch": "gone"}
    target = checked(actions(tmp_path, {"workflow_run": run}, GITHUB_API_URL=there.api))
    with pytest.raises(BadInput, match="not just one open pull request"):
        open_forge(target, {"GITHUB_TOKEN": TOKEN})


@pytest.mark.parametrize(
    "event",
    [
        "",
        "[",
        "[]",
        "null",
        '{"pull_request": []}',
        '{"workflow_run": 1}',
        '{"pull_request": {"number": "1 ", "head": 1}}',
    ],
)
def test_an_event_that_says_nothing_of_use(tmp_path: Path, event: str) -> None:
    found = actions(tmp_path, event)
    assert (found.forge, found.pull, found.commit) == ("github", 0, "")


def test_a_merge_request_on_gitlab() -> None:
    found = surroundings({
        "GITLAB_CI": "true",
        "CI_API_V4_URL": "https://gitlab.example.com/api/v4",
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_PROJECT_ID": "2",
        "CI_MERGE_REQUEST_IID": "12",
        "CI_COMMIT_SHA": "a" * 40,
        "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD,
        "CI_PIPELINE_URL": "https://gitlab.example.com/shop/fleet/-/pipelines/9",
    })  # fmt: skip
    assert found == Target(
        forge="gitlab",
        api="https://gitlab.example.com/api/v4",
        repository="2",
        pull=12,
        commit=HEAD,
        run="https://gitlab.example.com/shop/fleet/-/pipelines/9",
    )


def test_a_pull_request_on_bitbucket() -> None:
    found = surroundings({
        "BITBUCKET_BUILD_NUMBER": "9",
        "BITBUCKET_REPO_FULL_NAME": "shop/fleet",
        "BITBUCKET_PR_ID": "12",
        "BITBUCKET_COMMIT": HEAD,
    })  # fmt: skip
    assert found == Target(forge="bitbucket", repository="shop/fleet", pull=12, commit=HEAD)


@pytest.mark.parametrize(
    ("page", "forge", "api", "repository"),
    [
        ("https://github.com/shop/fleet/pull/12", "github", "https://api.github.com", "shop/fleet"),
        ("https://git.example.com/shop/fleet/pull/12", "github", "https://git.example.com/api/v3", "shop/fleet"),
        ("https://gitlab.com/a/b/c/-/merge_requests/12", "gitlab", "https://gitlab.com/api/v4", "a/b/c"),
        ("https://git.example.com/shop/fleet/pulls/12", "gitea", "https://git.example.com/api/v1", "shop/fleet"),
        ("https://example.com/git/shop/fleet/pulls/12", "gitea", "https://example.com/git/api/v1", "shop/fleet"),
        (
            "https://bitbucket.org/shop/fleet/pull-requests/12",
            "bitbucket",
            "https://api.bitbucket.org/2.0",
            "shop/fleet",
        ),
    ],
)
def test_on_jenkins_the_page_of_the_pull_request_says_it(page: str, forge: str, api: str, repository: str) -> None:
    found = surroundings(
        {"JENKINS_URL": "https://ci.example.com/", "CHANGE_URL": page, "BUILD_URL": "https://ci.example.com/9"}
    )
    run = "https://ci.example.com/9"
    assert found == Target(forge=forge, api=api, repository=repository, pull=12, run=run)


@pytest.mark.parametrize(
    ("page", "repository"),
    [
        ("projects/S/repos/fleet/pull-requests/12/overview", "S/fleet"),
        ("users/eve/repos/fleet/pull-requests/12", "~eve/fleet"),
    ],
)
def test_bitbucket_data_center_on_jenkins(page: str, repository: str) -> None:
    found = surroundings({"JENKINS_URL": "https://ci.example.com/", "CHANGE_URL": f"https://git.example.com/{page}"})
    api = "https://git.example.com/rest/api/latest"
    assert found == Target(forge="bitbucket", api=api, repository=repository, pull=12)
    target = checked(replace(found, commit=HEAD))
    assert type(open_forge(target, {"BITBUCKET_TOKEN": TOKEN})).__name__ == "BitbucketServer"


@pytest.mark.parametrize(
    "page",
    ["", "https://stash.example.com/S/fleet/pull-requests/12", "https://a.example.com/b/pull/12",
     "https://a.example.com/b/c/pull/12?x=/d/e/pull/13", "javascript:/a/b/pull/1"],
)  # fmt: skip
def test_another_page_on_jenkins_says_nothing(page: str) -> None:
    assert surroundings({"JENKINS_URL": "https://ci.example.com/", "CHANGE_URL": page}) == Target()


def test_outside_of_a_pipeline_nothing_is_known() -> None:
    assert surroundings({"PATH": "/bin", "CI": "true"}) == Target()


WELL = Target(forge="gitlab", repository="a/b/c", pull=1, commit=HEAD)


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (Target(), ("--forge", "--pull", "--repository", "--sha")),
        (Target(forge="github", repository="fleet", pull=1, commit=HEAD), ("--repository",)),
        (Target(forge="github", repository="a/b/c", pull=1, commit=HEAD), ("--repository",)),
        (Target(forge="github", repository="3", pull=1, commit=HEAD), ("--repository",)),
        (Target(forge="gitlab", repository="3", pull=1, commit=HEAD), ()),
        (WELL, ()),
        (Target(forge="gitlab", repository="a/../c", pull=1, commit=HEAD), ("--repository",)),
        (Target(forge="gitlab", repository="a/b?x=1", pull=1, commit=HEAD), ("--repository",)),
        (Target(forge="gitlab", repository="a/b#", pull=1, commit=HEAD), ("--repository",)),
        (Target(forge="github", repository="a/b\n", pull=1, commit=HEAD), ("--repository",)),
        (Target(forge="github", repository="a/b", pull=-1, commit=HEAD), ("--pull",)),
        (Target(forge="github", repository="a/b", pull=1, commit="HEAD"), ("--sha",)),
        (Target(forge="github", repository="a/b", pull=1, commit="abc/../x"), ("--sha",)),
        (Target(forge="gitea", repository="a/b", pull=1, commit=HEAD), ("--api",)),
        (Target(forge="bitbucket", repository="a/b", branch="a:b", commit=HEAD), ("--pull",)),
        (Target(forge="github", repository="a/b", pull=1, commit=HEAD, run="javascript:x"), ("--url",)),
    ],
    ids=str,
)
def test_what_is_missing_or_says_too_much_is_refused_at_once(target: Target, says: tuple[str, ...]) -> None:
    if not says:
        assert checked(target) == target
        return
    with pytest.raises(BadInput) as caught:
        checked(target)
    assert tuple(one.file for one in caught.value.complaints) == says
