"""The whole flow in order: read this first.

    apps/ + clusters/ --load--> Platform --pose--> Problem --decide--> Plan (--verify--> Verdict)
    Platform + Plans --build--> constructs --synth--> dist/ --check--> Findings

Rooms are imported where they are needed: `check` starts no Node, and a plan that is kept starts no solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Unpack

from bayplan import atomic_file
from bayplan.complaint import BadInput, Complaint

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.manifests.read import Tree
    from bayplan.placement.advice import Advice
    from bayplan.placement.decide import Decision, Wishes
    from bayplan.placement.problem import Problem
    from bayplan.placement.verdict import Verdict
    from bayplan.render.drift import Drift
    from bayplan.report.summary import Summary
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.platform import Platform
    from bayplan.validation.reachability.flows import Graph
    from bayplan.validation.settings import Settings
    from bayplan.validation.waivers import Judgement


class Tell(Protocol):
    """Says what is being done, as it begins."""

    def __call__(self, step: str, detail: str, /) -> None: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What was decided for one cluster."""

    cluster: Cluster
    problem: Problem
    decision: Decision
    lock: Path


def load(root: Path, tell: Tell, *, sandbox: bool = False) -> Platform:
    """Read what people wrote; Python apps run, with `sandbox` where they can reach nothing."""
    from bayplan.spec.load import load as load_platform

    tell("load", "apps/ and clusters/")
    return load_platform(root, sandbox=sandbox)


def place(platform: Platform, tell: Tell, **wishes: Unpack[Wishes]) -> tuple[Placed, ...]:
    """Decide the placement of every cluster; BadInput tells what is wrong in all of them at once."""
    from bayplan.placement.decide_each import Question, decide_each
    from bayplan.placement.pose import pose

    complaints: list[Complaint] = []
    if not platform.apps:
        complaints.append(
            Complaint(file="apps/", line=0, what="holds no app", fix="Write one: apps/<name>.yaml or .py.")
        )
    asked: list[tuple[Cluster, Question]] = []
    for cluster in platform.clusters:
        tell("plan", cluster.name)
        try:
            asked.append((cluster, Question(problem=pose(platform, cluster), lock=lock_of(platform, cluster))))
        except BadInput as bad:
            complaints.extend(bad.complaints)
    placed: list[Placed] = []
    for (cluster, question), decision in zip(asked, decide_each([one for _, one in asked], wishes), strict=True):
        if isinstance(decision, tuple):
            complaints.extend(decision)
            continue
        if decision.merged:
            tell("merge", decision.merged)
        placed.append(Placed(cluster=cluster, problem=question.problem, decision=decision, lock=question.lock))
    if complaints:
        raise BadInput(complaints)
    return tuple(placed)


def verify(platform: Platform, clusters: tuple[Cluster, ...], tell: Tell) -> tuple[Verdict, ...]:
    """Judge the committed plans by what is asked for today, without a solver."""
    from bayplan.placement.pose import pose
    from bayplan.placement.verdict import judge

    verdicts: list[Verdict] = []
    complaints: list[Complaint] = []
    for cluster in clusters:
        tell("verify", cluster.name)
        try:
            verdicts.append(judge(pose(platform, cluster), lock_of(platform, cluster)))
        except BadInput as bad:
            complaints.extend(bad.complaints)
    if complaints:
        raise BadInput(complaints)
    return tuple(verdicts)


def lock_of(platform: Platform, cluster: Cluster) -> Path:
    """Where a cluster's plan is committed."""
    return platform.root / "clusters" / cluster.name / "plan.lock"


def advise(placed: Placed) -> Advice | None:
    """What a platform engineer could change to pay less."""
    from bayplan.placement.advice import advise as look

    return look(placed.problem, placed.decision.plan)


def keep(placed: tuple[Placed, ...]) -> None:
    """Write the locks of what was decided; one that says the same already is not touched."""
    for one in placed:
        atomic_file.write(one.lock, one.decision.text)


def synth(
    platform: Platform, placed: tuple[Placed, ...], outs: tuple[Path, ...], tell: Tell, *, allow_deletions: bool = False
) -> Summary:
    """Write the tree that Flux syncs, and judge it; each of `outs` changes as a whole or not at all, the locks last."""
    from bayplan.render.synth import synth as write
    from bayplan.render.tree import build
    from bayplan.report.summary import summarise
    from bayplan.validation.run import check as judge

    tell("build", "cdk8s constructs")
    tree = build(platform, {one.cluster.name: one.decision.plan for one in placed})
    for out in outs:
        tell("write", str(out))
        written = write(tree, out, allow_deletions=allow_deletions)
    keep(placed)
    tell("check", f"{len(written.inventory.manifests)} objects")
    findings = judge(written.inventory, clusters=platform.clusters)
    return summarise(platform, {one.cluster.name: one.decision for one in placed}, written, findings)


def compare(platform: Platform, placed: tuple[Placed, ...], out: Path, tell: Tell) -> Drift:
    """How the tree that stands differs from the one that `synth` would write; nothing is written."""
    from bayplan.render.drift import compare as look
    from bayplan.render.tree import build

    tell("build", "cdk8s constructs")
    tree = build(platform, {one.cluster.name: one.decision.plan for one in placed})
    tell("differ", str(out))
    return look(tree, out)


def examine(
    path: Path,
    clusters: tuple[Cluster, ...],
    tell: Tell,
    *,
    settings: Settings | None = None,
    since: str = "",
    base: Path | None = None,
) -> Judgement:
    """Judge any tree with all that is to be told of it.

    With `base`, a folder, or `since`, a revision of git, rules compare with what was before; with `since`, findings on
    what has not changed are left out.
    """
    from bayplan.manifests.read import read_tree

    tell("read", str(path))
    tree = read_tree(path, meanwhile=load_rules)
    from bayplan.validation.run import examine as judge

    tell("check", f"{len(tree.inventory.manifests)} objects")
    if not since:
        before = read_tree(base).inventory if base else None
        return judge(tree.inventory, clusters=clusters, complaints=tree.complaints, base=before, settings=settings)
    from bayplan.manifests.both import read_one, snapshot_at
    from bayplan.validation.run import Look
    from bayplan.validation.since import judged_since

    def look(one: Tree) -> Look:
        said = {} if settings is None else {"settings": settings}
        return Look(inventory=one.inventory, clusters=clusters, complaints=one.complaints, **said)

    with snapshot_at(path, since) as snapshot:
        tell("since", since)
        return judged_since(look(read_one(snapshot)), look(tree))


def load_rules() -> None:
    """Import every rule, which takes as long as reading many files: it is done while others read."""
    from bayplan.validation.registry import rules

    rules()


def graph(
    path: Path, clusters: tuple[Cluster, ...], tell: Tell, asked: tuple[str, str, str] = ("", "", "")
) -> tuple[Graph, ...]:
    """Who reaches whom in each cluster of a tree; `asked` are a namespace and words in the names of both ends."""
    from bayplan.manifests.read import read_tree
    from bayplan.validation.clusters import split
    from bayplan.validation.reachability.flows import Scope
    from bayplan.validation.reachability.graph import graph_of
    from bayplan.validation.run import delivered

    tell("read", str(path))
    with delivered(read_tree(path).inventory) as tree:
        worlds = tuple(split(tree, clusters))
    tell("graph", f"{len(worlds)} clusters")
    graphs = (graph_of(world, Scope(*asked)) for world in worlds)
    return tuple(one for one in graphs if one.places or one.flows)
