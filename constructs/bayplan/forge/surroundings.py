"""What a job of a pipeline is told by its forge, or by Jenkins: so that it has to be told little by people.

What an untrusted job has written is never asked: it could name the pull request of somebody else.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bayplan.forge.target import Target

if TYPE_CHECKING:
    from collections.abc import Mapping

SITE = r"https?://(?P<host>[^/?#]+)"
BELOW = rf"(?P<site>{SITE}(?:/[^?#]+?)?)"
"""GitLab has groups in groups: its address is taken to have no folder before them."""
PAGES = (
    ("gitlab", re.compile(rf"(?P<site>{SITE})/(?P<name>[^?#]+)/-/merge_requests/(?P<number>\d+)"), "/api/v4"),
    ("gitea", re.compile(rf"{BELOW}/(?P<name>[^/]+/[^/]+)/pulls/(?P<number>\d+)"), "/api/v1"),
    ("github", re.compile(rf"{BELOW}/(?P<name>[^/]+/[^/]+)/pull/(?P<number>\d+)"), "/api/v3"),
    ("bitbucket", re.compile(rf"{BELOW}/(?P<name>[^/]+/[^/]+)/pull-requests/(?P<number>\d+)"), ""),
)
"""How pages of pull requests are called, and where the API of such a site lies; "" for the public one alone."""
DATA_CENTER = re.compile(
    rf"{BELOW}/(?P<kind>projects|users)/(?P<owner>[^/]+)/repos/(?P<name>[^/]+)/pull-requests/(?P<number>\d+)(/\w+)?"
)
"""The same on Bitbucket Data Center, whose people have repositories, too."""
MOST_EVENT_BYTES = 25 << 20
"""What GitHub sends at most."""


def surroundings(variables: Mapping[str, str]) -> Target:
    """What a job of a pipeline is told by its forge."""
    get = variables.get
    if get("GITLAB_CI"):
        return Target(
            forge="gitlab",
            api=get("CI_API_V4_URL", ""),
            repository=get("CI_MERGE_REQUEST_PROJECT_ID", "") or get("CI_PROJECT_ID", ""),
            pull=_number(get("CI_MERGE_REQUEST_IID", "")),
            commit=get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "") or get("CI_COMMIT_SHA", ""),
            run=get("CI_PIPELINE_URL", ""),
        )
    if get("BITBUCKET_BUILD_NUMBER"):
        return Target(
            forge="bitbucket",
            repository=get("BITBUCKET_REPO_FULL_NAME", ""),
            pull=_number(get("BITBUCKET_PR_ID", "")),
            commit=get("BITBUCKET_COMMIT", ""),
        )
    if get("GITHUB_ACTIONS"):
        return _actions(variables)
    return _page(get("CHANGE_URL", ""), run=get("BUILD_URL", "")) if get("JENKINS_URL") else Target()


def _page(url: str, *, run: str) -> Target:
    """A pull request by the page that people see, which is what Jenkins is told; its API lies beside it."""
    if found := DATA_CENTER.fullmatch(url):
        name = f"{'~' * (found['kind'] == 'users')}{found['owner']}/{found['name']}"
        api, number = f"{found['site']}/rest/api/latest", _number(found["number"])
        return Target(forge="bitbucket", api=api, repository=name, pull=number, run=run)
    for forge, pattern, api in PAGES:
        if found := pattern.fullmatch(url):
            site, host = found["site"], found["host"]
            public = {"github.com": "https://api.github.com", "bitbucket.org": "https://api.bitbucket.org/2.0"}.get(
                host
            )
            if api or public:
                number = _number(found["number"])
                return Target(forge=forge, api=public or site + api, repository=found["name"], pull=number, run=run)
    return Target(run=run)


def _actions(variables: Mapping[str, str]) -> Target:
    """GitHub Actions, and those of Gitea, which have the same variables and a few of their own."""
    get = variables.get
    event = _event(get("GITHUB_EVENT_PATH", ""))
    run = event.get("workflow_run")
    request = event.get("pull_request")
    pulls = run.get("pull_requests") if isinstance(run, dict) else [request]
    first = next((one for one in pulls or () if isinstance(one, dict)), {})
    server, repository, job = (get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    return Target(
        forge="gitea" if get("GITEA_ACTIONS") else "github",
        api=get("GITHUB_API_URL", ""),
        repository=repository,
        pull=_number(first.get("number")),
        branch=":".join(
            filter(
                None,
                (
                    _in(event, "workflow_run", "head_repository", "owner", "login"),
                    _in(event, "workflow_run", "head_branch"),
                ),
            )
        ),
        commit=_in(event, "workflow_run", "head_sha") or _in(event, "pull_request", "head", "sha"),
        run=f"{server}/{repository}/actions/runs/{job}" if server and job else "",
    )


def _event(path: str) -> dict[str, Any]:
    """What has started a workflow; nothing where it cannot be read."""
    try:
        file = Path(path)
        data = json.loads(file.read_bytes()) if path and file.stat().st_size <= MOST_EVENT_BYTES else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _in(data: object, *keys: str) -> str:
    """Text deep in an event; "" where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, str) else ""


def _number(value: object) -> int:
    text = str(value)
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,17}", text) else 0
