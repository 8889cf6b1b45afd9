"""A lab from nothing to a delivered tree: what `bayplan lab up` does, and what a test begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.lab.delivery import Checkout, deliver
from bayplan.lab.furnish import add_nodes, bootstrap, serve_metrics
from bayplan.lab.lab import Lab, close, failure, start_lab, why_ended
from bayplan.lab.operators.external_secrets import add_stores
from bayplan.lab.reconcile import describe, fetch, is_ready_at, kustomizations
from bayplan.lab.volumes import add_volumes
from bayplan.lab.wait import NotYet, wait_for
from bayplan.placement.lock import read as read_lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bayplan.placement.plan import Plan
    from bayplan.placement.problem import Level
    from bayplan.spec.cluster import Cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A lab whose cluster has its nodes and whose Flux reads the repository."""

    lab: Lab
    cluster: Cluster
    plan: Plan
    checkout: Checkout
    commit: str
    """What was delivered first."""


def open_session(
    root: Path,
    cluster: Cluster,
    name: str,
    tell: Callable[[str, str], None],
    *,
    dist: Path | None = None,
    level: Level = "min",
    port: int = 0,
) -> Session:
    """Start a lab, give it the plan's nodes of a load level, deliver `dist`; does not wait for Flux.

    The lab ends with this process until it is let go. Raises BadInput or LabEnded; then nothing is left running.
    """
    plan = read_plan(root, cluster)
    lab = start_lab(root, cluster, name, tell, port=port)
    try:
        tell("nodes", ", ".join(f"{pool} {count}" for pool, count in node_counts(plan, level).items()))
        add_nodes(lab, cluster, node_counts(plan, level))
        add_volumes(lab.api, cluster)
        rendered = dist or root / "dist"
        apps = [folder.name for folder in (rendered / cluster.name / "apps").glob("*")]
        add_stores(lab.api, lab.layout, cluster, apps)
        serve_metrics(lab)
        tell("flux", f"dist/{cluster.name}/flux")
        checkout = deliver(lab.layout, cluster, rendered)
        bootstrap(lab, cluster, checkout)
        commit = checkout.git("rev-parse", "HEAD")
        fetch(lab.api, commit)
    except BaseException as error:
        close(lab)
        if why := why_ended(lab.layout):
            raise failure(lab.layout, why) from error
        raise
    return Session(lab=lab, cluster=cluster, plan=plan, checkout=checkout, commit=commit)


def await_delivery(session: Session, tell: Callable[[str, str], None], *, within_s: float) -> None:
    """Wait until Flux has applied everything and all of it is ready, telling of each; raises TooLate."""
    told: set[str] = set()

    def ready() -> None:
        found = {one["metadata"]["name"]: one for one in kustomizations(session.lab.api)}
        done = {name for name, one in found.items() if is_ready_at(one, session.commit)}
        for name in sorted(done - told):
            tell("ready", name)
        told.update(done)
        if late := [describe(one) for name, one in found.items() if name not in done]:
            raise NotYet("; ".join(late))
        if wanted := {f"apps-{app}" for app in apps_of(session)} - done:
            raise NotYet(f"{', '.join(sorted(wanted))} not there yet")

    wait_for("Flux", ready, within_s=within_s)


def apps_of(session: Session) -> set[str]:
    """Apps that the delivered tree holds for the cluster."""
    folder = session.checkout.path / "dist" / session.cluster.name / "apps"
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def read_plan(root: Path, cluster: Cluster) -> Plan:
    """The committed plan. Raises BadInput where there is none."""
    lock = root / "clusters" / cluster.name / "plan.lock"
    plan = read_lock(lock)
    if plan is None:
        raise BadInput([Complaint(file=str(lock), line=0, what="there is no plan", fix="Run `bayplan synth` first.")])
    return plan


def node_counts(plan: Plan, level: Level) -> dict[str, int]:
    """Nodes of every pool at one end of the load."""
    return {bay.pool: plan.nodes[bay.pool, level] for bay in plan.bays}
