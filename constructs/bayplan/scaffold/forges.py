"""Where pipelines run, and which files each of them wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Forge:
    """One of them; paths of `files/` to paths in a repository."""

    name: str
    hosts: tuple[str, ...]
    """What stands in the host of a remote that is one."""
    sign: str
    """What lies in a repository that uses it already."""
    judging: Mapping[str, str]
    """Pipelines for pull requests."""
    merging: Mapping[str, str] = field(default_factory=dict)
    """What else there is where bayplan renders, too; scripts that only these call are not among them."""
    adopting: Mapping[str, str] | None = None
    """Pipelines of a repository that has others already; None where those of `judging` stand beside any others."""
    adopted: str = ""
    """What a person has to do then."""
    owners: str = "CODEOWNERS"
    once: str = ""
    """What a person has to set up once, beside what the files say themselves."""


FORGES = (
    Forge(
        name="github",
        hosts=("github",),
        sign=".github/workflows",
        judging={
            "github/pull-request.yml": ".github/workflows/bayplan.yml",
            "github/comment.yml": ".github/workflows/bayplan-comment.yml",
        },
        merging={"github/main.yml": ".github/workflows/bayplan-main.yml"},
        owners=".github/CODEOWNERS",
        once="Protect main: require the check `review` and code owners; approve the runs of first-time contributors.",
    ),
    Forge(
        name="gitlab",
        hosts=("gitlab",),
        sign=".gitlab-ci.yml",
        judging={"gitlab/gitlab-ci.yml": ".gitlab-ci.yml"},
        adopting={"adopted/gitlab-ci.yml": ".bayplan/gitlab-ci.yml"},
        adopted="Include it in .gitlab-ci.yml: include: [{local: .bayplan/gitlab-ci.yml}]",
        once="Make the variables that the first lines of the pipeline speak of: who sees them matters.",
    ),
    Forge(
        name="gitea",
        hosts=("gitea", "codeberg", "forgejo"),
        sign=".gitea/workflows",
        judging={"gitea/pull-request.yml": ".gitea/workflows/bayplan.yml"},
        merging={"gitea/main.yml": ".gitea/workflows/bayplan-main.yml"},
        once="Protect main: require the check `review`; let the actions' token push, or commit dist/ in pull requests.",
    ),
    Forge(
        name="bitbucket",
        hosts=("bitbucket",),
        sign="bitbucket-pipelines.yml",
        judging={"bitbucket/bitbucket-pipelines.yml": "bitbucket-pipelines.yml"},
        adopting={"bitbucket/bitbucket-pipelines.yml": ".bayplan/bitbucket-pipelines.yml"},
        adopted="Copy its steps into bitbucket-pipelines.yml: Bitbucket reads no other file.",
        owners=".bitbucket/CODEOWNERS",
        once="Make the variables that the first lines of the pipeline speak of: who sees them matters.",
    ),
    Forge(
        name="jenkins",
        hosts=("jenkins",),
        sign="Jenkinsfile",
        judging={"jenkins/Jenkinsfile": "Jenkinsfile"},
        adopting={"jenkins/Jenkinsfile": ".bayplan/Jenkinsfile"},
        adopted="Make a multibranch pipeline of it: script path .bayplan/Jenkinsfile.",
        once="Make the labels and secrets that the first lines of the Jenkinsfile speak of.",
    ),
)
NAMES = tuple(forge.name for forge in FORGES)


def forge_of(name: str) -> Forge:
    """The forge of a name."""
    return FORGES[NAMES.index(name)]


def detected(folder: Path, remote: str) -> str:
    """What a repository uses: by the pipelines that it has, then by the host of its remote; else GitHub."""
    host = remote.partition("://")[2].partition("/")[0].rpartition("@")[2].lower()
    named = [forge for forge in FORGES if any(word in host for word in forge.hosts)]
    signed = [forge for forge in FORGES if (folder / forge.sign).exists()]
    both = [forge for forge in signed if forge in named]
    return (both or signed or named or [FORGES[0]])[0].name
