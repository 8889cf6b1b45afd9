"""What a new repository begins with, and what an old one gets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.scaffold.file import File, filled, requirement
from bayplan.scaffold.forges import forge_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.scaffold.forges import Forge

JUDGING = {"scripts/review.sh": ".bayplan/review.sh", "repository/inner.gitignore": ".bayplan/.gitignore"}
MERGING = {"scripts/commit.sh": ".bayplan/commit.sh", "scripts/publish.sh": ".bayplan/publish.sh"}
SELDOM = ("gitea", "bitbucket")
"""Who cannot sign without a key: their pipelines publish nothing."""
FIRST = {
    "repository/README.md": "README.md",
    "repository/bayplan.yaml": ".bayplan.yaml",
    "repository/gitattributes": ".gitattributes",
    "repository/gitignore": ".gitignore",
}
BASELINE = ".bayplan/baseline.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a person says of a new repository."""

    app: str
    team: str
    cluster: str
    url: str
    """Where Flux will read it."""
    owner: str
    """Who answers for clusters and pipelines, as CODEOWNERS names people: `@acme/platform`."""
    forge: str


def new(said: Beginning) -> tuple[File, ...]:
    """The files of a new repository that people write; what bayplan renders from them is not among them."""
    forge = forge_of(said.forge)
    digest = hashlib.sha256(f"{said.team}/{said.app}".encode()).hexdigest()
    words = {
        "APP": said.app,
        "TEAM": said.team,
        "CLUSTER": said.cluster,
        "URL": said.url,
        "DIGEST": digest,
        "TREE": "dist",
        "BAYPLAN": requirement(),
    }
    sources = {
        **FIRST,
        "repository/app.yaml": f"apps/{said.app}.yaml",
        "repository/cluster.yaml": f"clusters/{said.cluster}/cluster.yaml",
        **JUDGING,
        **forge.judging,
        **forge.merging,
        **MERGING,
    }
    if said.forge in SELDOM:
        del sources["scripts/publish.sh"]
    return _all(sources, words, File(path=forge.owners, text=owners(said)))


def adopted(tree: str, baseline: str, forge: Forge, *, has_pipelines: bool) -> tuple[File, ...]:
    """The files that an old repository gets: nothing in it is rendered, moved or changed."""
    words = {"TREE": tree, "BAYPLAN": requirement()}
    pipelines = forge.adopting if has_pipelines and forge.adopting is not None else forge.judging
    sources = {
        "adopted/review.sh": ".bayplan/review.sh",
        "repository/inner.gitignore": ".bayplan/.gitignore",
        **pipelines,
    }
    return _all(sources, words, File(path=BASELINE, text=baseline))


def owners(said: Beginning) -> str:
    """CODEOWNERS: who has to agree. The last line that fits a file counts."""
    lines = [
        ("# Who has to agree. Apps are their team's; who may change a pipeline can do anything that it can do.", ""),
        ("*", said.owner),
        (f"/apps/{said.app}.yaml", said.owner),
    ]
    if said.forge == "gitea":  # whose patterns are regular expressions over whole paths
        lines[1:] = [(".*", said.owner), (rf"apps/{said.app}\.yaml", said.owner)]
    return "".join(f"{pattern} {owner}".rstrip() + "\n" for pattern, owner in lines)


def _all(sources: Mapping[str, str], words: Mapping[str, str], *more: File) -> tuple[File, ...]:
    return tuple(sorted([*(filled(source, path, words) for source, path in sources.items()), *more]))
