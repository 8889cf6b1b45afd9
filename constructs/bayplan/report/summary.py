"""What one `synth` did, as a person asks for it: clusters, apps, objects, nodes and cost, findings, files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayplan.spec.machine import borrows_prices, reserved_e4_usd_per_hour

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.placement.decide import Decision
    from bayplan.render.synth import Written
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.platform import Platform
    from bayplan.validation.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterLine:
    """One cluster: what stands on it and what it costs at both ends of the load."""

    name: str
    region: str
    apps: int
    objects: int
    pods_min: int
    pods_max: int
    nodes_min: int
    nodes_max: int
    e4_usd_per_hour_min: int
    e4_usd_per_hour_max: int
    paid_e4_usd_per_hour: int
    """What reserved nodes cost, used or not: no part of the plan, which can change nothing about it."""
    plan_kept: bool
    borrows_prices: bool
    """Whether prices are those of the catalogue's region, which is not the cluster's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppLine:
    """One app: who answers for it, and how many objects it has on each cluster."""

    name: str
    team: str
    origin: str
    workloads: int
    objects: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All of it."""

    clusters: tuple[ClusterLine, ...]
    apps: tuple[AppLine, ...]
    findings: tuple[Finding, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int

    @property
    def settled(self) -> Summary:
        """What the next `synth` says where nobody changes anything."""
        return replace(
            self,
            clusters=tuple(replace(line, plan_kept=True) for line in self.clusters),
            added=(),
            changed=(),
            removed=(),
            unchanged=self.unchanged + len(self.added) + len(self.changed),
        )


def summarise(
    platform: Platform, decisions: Mapping[str, Decision], written: Written, findings: Sequence[Finding]
) -> Summary:
    """Count what was planned, written and found."""
    objects = Counter(manifest.file.split("/")[0] for manifest in written.inventory.manifests)
    by_app = Counter("/".join(manifest.file.split("/")[:3]) for manifest in written.inventory.manifests)
    apps_on = {cluster.name: {app.name for app in platform.apps_on(cluster)} for cluster in platform.clusters}
    return Summary(
        clusters=tuple(
            _cluster_line(cluster, len(apps_on[cluster.name]), decisions[cluster.name], objects[cluster.name])
            for cluster in platform.clusters
        ),
        apps=tuple(
            AppLine(
                name=app.name,
                team=app.team,
                origin=app.origin,
                workloads=len(app.workloads),
                objects={
                    cluster: by_app[f"{cluster}/apps/{app.name}"]
                    for cluster, apps in apps_on.items()
                    if app.name in apps
                },
            )
            for app in platform.apps
        ),
        findings=tuple(findings),
        added=written.added,
        changed=written.changed,
        removed=written.removed,
        unchanged=written.unchanged,
    )


def _cluster_line(cluster: Cluster, apps: int, decision: Decision, objects: int) -> ClusterLine:
    plan = decision.plan
    return ClusterLine(
        name=cluster.name,
        region=cluster.region,
        apps=apps,
        objects=objects,
        pods_min=sum(seat.pods_min for seat in plan.seats),
        pods_max=sum(seat.pods_max for seat in plan.seats),
        nodes_min=sum(bay.nodes_min for bay in plan.bays),
        nodes_max=sum(bay.nodes_max for bay in plan.bays),
        e4_usd_per_hour_min=plan.cost_min_e4_usd_per_hour,
        e4_usd_per_hour_max=plan.cost_max_e4_usd_per_hour,
        paid_e4_usd_per_hour=reserved_e4_usd_per_hour(cluster),
        plan_kept=decision.kept,
        borrows_prices=borrows_prices(cluster),
    )
