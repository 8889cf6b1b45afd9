"""The whole tree of constructs: every chart's path is its folder below dist/."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cdk8s
from constructs import Construct

from bayplan.render.api_object import Folder
from bayplan.render.declared import declared
from bayplan.render.flux.health import health_checks
from bayplan.render.flux.kustomization import Kustomization
from bayplan.render.flux.order import depends_on
from bayplan.render.flux.source import Source
from bayplan.render.flux.waiting import waits_for
from bayplan.render.places import places
from bayplan.render.platform.gateway import Gateway
from bayplan.render.platform.inference_gateway import InferenceGateway
from bayplan.render.platform.namespace import Namespace
from bayplan.render.platform.nodes import build_nodes
from bayplan.render.platform.priority_class import PriorityClasses
from bayplan.render.platform.queues import Queues
from bayplan.render.platform.resource_quota import ResourceQuota, hard_limits
from bayplan.render.platform.training_runtimes import training_runtimes
from bayplan.render.site import site_of
from bayplan.render.supplies import decryption, supply
from bayplan.render.traits.claim import ClaimTemplates, claims_of
from bayplan.render.workloads import construct_of
from bayplan.spec.routed_agreement import is_routed
from bayplan.spec.sign_in_agreement import host_of
from bayplan.spec.workloads.server import Server

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.placement.plan import Plan
    from bayplan.render.api_object import Body
    from bayplan.render.site import Place
    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.platform import Platform

_LONGEST_WAIT_SECONDS = 1800
"""While Flux waits for an app it does not apply the next version of it, not even the one that mends it.

Unless it was started as README.md says (bayplan.lab.flux tells what was measured); for those who forget, this is the
longest that a mending commit waits.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A folder that Flux keeps in sync."""

    bodies: list[Body]
    rollout_seconds: int
    """How long a new version of it takes until all of it is ready, at the most."""
    origin: str


def build(platform: Platform, plans: Mapping[str, Plan]) -> cdk8s.App:
    """All clusters as constructs; plans by name of the cluster. A pure function: nothing is read or written."""
    tree = cdk8s.App()
    for cluster in platform.clusters:
        scope = Construct(tree, cluster.name)
        apps = platform.apps_on(cluster)
        plan = plans[cluster.name]
        # Flux refuses a folder without objects
        place_of = places(cluster, apps, plan, platform.sealed)
        deliveries = {"platform": _build_platform(scope, cluster, apps, place_of, plan)} if apps else {}
        apps_scope = Construct(scope, "apps")
        for app in apps:
            deliveries[f"apps/{app.name}"] = _build_app(apps_scope, platform, cluster, app, place_of)
        _build_flux(scope, cluster, deliveries)
    return tree


def _build_platform(
    scope: Construct, cluster: Cluster, apps: tuple[App, ...], place_of: Mapping[tuple[str, str], Place], plan: Plan
) -> Delivery:
    folder = Folder(scope, "platform")
    priorities = {workload.priority for app in apps for workload in app.workloads} - {"normal"}
    if priorities:
        PriorityClasses(folder, priorities=priorities, origin=cluster.origin)
    build_nodes(folder, cluster, plan)
    hosts = _hosts(apps, place_of)
    if hosts and "istio" in cluster.controllers:
        Gateway(folder, mesh=cluster.mesh, kubernetes=cluster.kubernetes, hosts=hosts, origin=cluster.origin)
    routed = [(app.name, host_of(one)) for app in apps for one in app.workloads if is_routed(one)]
    if routed and "istio" in cluster.controllers:
        InferenceGateway(folder, mesh=cluster.mesh, hosts=routed, origin=cluster.origin)
    for app in apps:
        site = site_of(cluster, app=app.name, team=app.team)
        Namespace(folder, site=site, kubernetes=cluster.kubernetes, origin=app.origin, externals=declared(app, cluster))
        quota = cluster.quotas.get(app.team)
        if quota is not None and quota.accelerators is not None:
            others = [other for other in apps if other.team == app.team and other is not app]
            hard = hard_limits(quota.accelerators, cluster, app, place_of, shared=bool(others))
            ResourceQuota(folder, site=site, hard=hard, origin=quota.origin or cluster.origin)
    if cluster.queues and "kueue" in cluster.controllers:
        Queues(folder, cluster=cluster, apps=apps)
    training_runtimes(folder, apps, place_of)
    return Delivery(bodies=folder.bodies, rollout_seconds=0, origin=cluster.origin)


def _hosts(apps: tuple[App, ...], place_of: Mapping[tuple[str, str], Place]) -> list[tuple[str, str]]:
    """Every host that the outside world can call, with the app that routes it."""
    return [
        (app.name, host)
        for app in apps
        for workload in app.workloads
        # of a host that several servers share, the first has all routes; that of a workspace is its own
        if (host := host_of(workload))
        and not is_routed(workload)
        and (not isinstance(workload, Server) or place_of[app.name, workload.name].routes)
    ]


def _build_app(
    scope: Construct, platform: Platform, cluster: Cluster, app: App, place_of: Mapping[tuple[str, str], Place]
) -> Delivery:
    folder = Folder(scope, app.name)
    built = [
        construct_of(workload)(folder, workload=workload, place=place_of[app.name, workload.name])
        for workload in app.workloads
    ]
    places = [place_of[app.name, workload.name] for workload in app.workloads]
    if any(map(claims_of, places)):
        ClaimTemplates(folder, places=places, origin=app.origin)
    site = place_of[app.name, app.workloads[0].name].site
    supply(folder, app=app, cluster=cluster, site=site, sealed=platform.sealed)
    rollout_seconds = max(workload.rollout_seconds for workload in built)
    return Delivery(bodies=folder.bodies, rollout_seconds=rollout_seconds, origin=app.origin)


def _build_flux(scope: Construct, cluster: Cluster, deliveries: Mapping[str, Delivery]) -> None:
    """What a cluster is bootstrapped to: applied once by hand, it keeps itself and every other folder in sync."""
    flux = Folder(scope, "flux")
    Source(flux, source=cluster.source, origin=cluster.source.origin or cluster.origin)
    # itself too, so that new apps arrive; kept, so that nothing in the repository can take all of it away
    Kustomization(flux, name="flux", path=f"dist/{cluster.name}/flux", keep=True, origin=cluster.origin)
    order = depends_on({path: delivery.bodies for path, delivery in deliveries.items()})
    for path, delivery in deliveries.items():
        Kustomization(
            flux,
            name=_name(path),
            path=f"dist/{cluster.name}/{path}",
            depends_on=[_name(other) for other in order[path]],
            timeout_seconds=min(delivery.rollout_seconds, _LONGEST_WAIT_SECONDS),
            health_checks=health_checks(delivery.bodies),
            waits_for=waits_for(delivery.bodies),
            decryption=decryption(cluster, delivery.bodies),
            origin=delivery.origin,
        )


def _name(path: str) -> str:
    return path.replace("/", "-")
