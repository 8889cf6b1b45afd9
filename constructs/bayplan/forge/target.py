"""Which pull request, of which forge, with which token; checked before anything is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bayplan.forge.forge import Forge, Shape

FORGES = {"github": "GitHub", "gitlab": "GitLab", "gitea": "Gitea", "bitbucket": "Bitbucket"}
"""Module and class of each; Bitbucket Data Center is known from Cloud by its API, https://HOST/rest/api/latest."""
TOKENS = {name: f"{name.upper()}_TOKEN" for name in FORGES}
REPOSITORY = re.compile(r"~?[\w.-]+(/[\w.-]+)*")
COMMIT = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is known of where to speak; "" and 0 for what is not."""

    forge: str = ""
    api: str = ""
    repository: str = ""
    """`owner/name`; for GitLab the path, or the number of the project; for Bitbucket `workspace/name`
    or `PROJECT/name`."""
    pull: int = 0
    branch: str = ""
    """`owner:name` of the branch that a pull request comes from, where its number is not told."""
    commit: str = ""
    """The commit of the pull request that was reviewed."""
    run: str = ""
    """Page of the pipeline's run."""


def checked(target: Target) -> Target:
    """The target, if it is whole and nothing in it can say more than it should; BadInput with all that is wrong."""
    wrong = [
        Complaint(file=option, line=0, what=what, fix=fix)
        for option, is_well, what, fix in _demands(target)
        if not is_well
    ]
    if wrong:
        raise BadInput(wrong)
    return target


def _demands(target: Target) -> tuple[tuple[str, bool, str, str], ...]:
    told = "and no pipeline of a forge tells it"
    names = target.repository.split("/")
    is_repository = bool(REPOSITORY.fullmatch(target.repository)) and not {".", ".."} & set(names)
    shape = len(names) >= 2 or (target.forge == "gitlab" and target.repository.isdigit())
    is_two = target.forge == "gitlab" or len(names) <= 2
    return (
        ("--forge", target.forge in FORGES, f"is not given, {told}", f"One of {', '.join(FORGES)}."),
        ("--repository", is_repository and shape and is_two, f"is no repository, {told}", "owner/name"),
        (
            "--pull",
            target.pull > 0 or (target.forge == "github" and ":" in target.branch),
            f"is not given, {told}",
            "The number of the pull request.",
        ),
        ("--sha", bool(COMMIT.fullmatch(target.commit)), f"is no commit, {told}", "The reviewed commit, in full."),
        ("--api", bool(target.api) or target.forge != "gitea", f"is not given, {told}", "https://HOST/api/v1"),
        ("--url", not target.run or target.run.startswith(("https://", "http://")), "is no address", "https://..."),
    )


def open_forge(target: Target, variables: Mapping[str, str]) -> Forge:
    """The forge of a target that was checked, with the token of the environment."""
    name = TOKENS[target.forge]
    token = variables.get(name, "").strip()
    if not token:
        fix = f"Set {name}. It is read from the environment only, so that no log and no list of processes shows it."
        raise BadInput([Complaint(file=name, line=0, what="is not set: there is no token", fix=fix)])
    if not re.fullmatch(r"[!-~]+", token):
        raise BadInput([Complaint(file=name, line=0, what="is no token", fix="Letters, digits and signs, one line.")])
    is_server = target.forge == "bitbucket" and "/rest/api/" in target.api
    module = import_module(f"bayplan.forge.{target.forge}{'_server' * is_server}")
    make: Callable[[str, str, str, int], Forge] = getattr(module, FORGES[target.forge] + "Server" * is_server)
    api = target.api or module.API
    pull = target.pull or module.GitHub(api, token, target.repository, 0).find(target.branch, target.commit)
    if not pull:
        what = "is not given, and its branch has not just one open pull request"
        raise BadInput([Complaint(file="--pull", line=0, what=what, fix="Is it merged or closed? Else give it.")])
    return make(api, token, target.repository, pull)


def shape_of(forge: str) -> Shape:
    """What comments may be on a kind of forge."""
    found: Shape = getattr(import_module(f"bayplan.forge.{forge}"), FORGES[forge])
    return found
