"""What all kinds of workloads become: replicas behind one address, with their own identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import labels, selector
from bayplan.render.pod import pod_template
from bayplan.render.site import route_to
from bayplan.render.traits.access import Access
from bayplan.render.traits.autoscale import Autoscale
from bayplan.render.traits.expose import SERVICE_PORT, Expose
from bayplan.render.traits.rollout import strategy
from bayplan.render.traits.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.container import Serving
    from bayplan.render.site import Place
    from bayplan.spec.cluster import Mesh
    from bayplan.spec.traits.expose import Expose as ExposeSpec
    from bayplan.spec.workloads.workload import Workload as Spec

_ROLLOUT_MARGIN_SECONDS = 300
"""What a new replica may need besides starting: a node to be bought, an image to be fetched."""


class Workload(Part):
    """A Deployment with its account, address, disruption budget and traits."""

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        workload: Spec,
        serving: Serving,
        place: Place,
    ) -> None:
        self._workload, self._serving, self._place = workload, serving, place
        super().__init__(scope, id or workload.name, bodies=self._objects(), origin=workload.origin)
        waves = -(-workload.replicas_max // max(1, workload.rollout.surge_of(workload.replicas_max)))
        self.rollout_seconds = _ROLLOUT_MARGIN_SECONDS + waves * serving.startup_seconds
        """How long a new version takes to replace the old one, at the most."""
        self._add_traits()

    def _objects(self) -> Iterator[Body]:
        yield self._object("v1", "ServiceAccount", {"automountServiceAccountToken": False})
        yield self._object("apps/v1", "Deployment", {"spec": self._deployment()})
        yield self._object("v1", "Service", {"spec": self._service()})
        yield self._object("policy/v1", "PodDisruptionBudget", {"spec": self._budget()})
        if self._place.site.mesh:
            yield self._object("networking.istio.io/v1", "DestinationRule", {"spec": self._traffic()})

    def _object(self, api_version: str, kind: str, fields: Body) -> Body:
        name, site = self._workload.name, self._place.site
        metadata = {"name": name, "namespace": site.app, "labels": labels(site, name)}
        return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}

    def _deployment(self) -> Body:
        workload = self._workload
        return {
            # an autoscaler owns the number where there is one: Flux would set it back with every sync
            "replicas": None if workload.autoscale else workload.replicas,
            "revisionHistoryLimit": 3,
            "progressDeadlineSeconds": self._serving.startup_seconds + _ROLLOUT_MARGIN_SECONDS,
            "selector": {"matchLabels": selector(workload.name)},
            "strategy": strategy(workload.rollout, takes_turns=workload.takes_turns),
            "template": pod_template(workload, self._serving, self._place),
        }

    def _service(self) -> Body:
        protocol, own = self._serving.protocol, self._workload.port
        # http://name is the short address; http://name:8080 is what people write who know the program's own port
        names = {own: f"{protocol}-{own}", SERVICE_PORT: protocol}
        ports = [{"name": name, "port": port, "targetPort": protocol} for port, name in sorted(names.items())]
        return {
            "selector": selector(self._workload.name),
            "ports": [{**port, "protocol": "TCP", "appProtocol": protocol} for port in ports],
        }

    def _budget(self) -> Body:
        return {
            "selector": {"matchLabels": selector(self._workload.name)},
            # always lets one replica go, also the only one: a drain that nobody can end helps nobody
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        }

    def _traffic(self) -> Body:
        policy = {
            "tls": {"mode": "ISTIO_MUTUAL"},
            # outlier detection would switch zone preference on: few callers in one zone would crowd few replicas
            "loadBalancer": {"simple": "LEAST_REQUEST", "localityLbSetting": {"enabled": False}},
            "outlierDetection": {
                # only what shows that the replica is gone: a program's own 500 says nothing about its health
                "consecutive5xxErrors": 0,
                "consecutiveGatewayErrors": 5,
                "interval": "10s",
                "baseEjectionTime": "30s",
                "maxEjectionPercent": 50,
            },
        }
        return {"host": f"{self._workload.name}.{self._place.site.app}.svc.cluster.local", "trafficPolicy": policy}

    def _add_traits(self) -> None:
        workload, place = self._workload, self._place
        site, exposed = place.site, workload.expose is not None
        Access(
            self,
            name=workload.name,
            site=site,
            port=workload.port,
            callers=place.callers,
            callees=place.callees,
            exposed=exposed,
            origin=workload.access.origin or workload.origin,
        )
        if workload.autoscale:
            Autoscale(
                self,
                name=workload.name,
                site=site,
                autoscale=workload.autoscale,
                startup_seconds=self._serving.startup_seconds,
                origin=workload.autoscale.origin or workload.origin,
            )
        if workload.storage and workload.storage.size:
            Storage(
                self,
                name=workload.name,
                site=site,
                size=workload.storage.size,
                storage_class=workload.storage.type or place.berth.storage_class or None,
                origin=workload.storage.origin or workload.origin,
            )
        if workload.expose and site.mesh:
            self._expose(workload.expose, site.mesh)

    def _expose(self, expose: ExposeSpec, mesh: Mesh) -> None:
        workload, place = self._workload, self._place
        routes = (route_to(place.site.app, workload, expose),) if place.routes is None else place.routes
        if routes:
            Expose(
                self,
                name=workload.name,
                site=place.site,
                mesh=mesh,
                host=expose.host,
                routes=routes,
                origin=expose.origin or workload.origin,
            )
