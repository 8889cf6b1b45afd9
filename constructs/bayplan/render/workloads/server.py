"""What programs that answer requests become: replicas behind one address, with their own identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.deployment import ROLLOUT_MARGIN_SECONDS, autoscale_of, deployment, name_of, start_seconds
from bayplan.render.labels import labels, selector
from bayplan.render.site import canary_of, route_to
from bayplan.render.traits.access import Access
from bayplan.render.traits.advice import Advice
from bayplan.render.traits.autoscale import DEPLOYMENT, Autoscale, Scaled
from bayplan.render.traits.expose import SERVICE_PORT, Expose
from bayplan.render.traits.load import Load, subsets
from bayplan.render.traits.slo import Slo
from bayplan.render.traits.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.container import Serving
    from bayplan.render.site import Place, Share
    from bayplan.spec.traits.expose import Expose as ExposeSpec
    from bayplan.spec.workloads.server import Server as Spec


class Server(Part):
    """A Deployment, or one for each part, with their account, address, disruption budget and traits."""

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
        most = max((share.replicas_max for share in self._shares if share), default=workload.replicas_max)
        waves = -(-most // max(1, workload.rollout.surge_of(most)))
        self.rollout_seconds = ROLLOUT_MARGIN_SECONDS + waves * start_seconds(workload, serving)
        """How long a new version takes to replace the old one, at the most."""
        self._add_traits()

    def _objects(self) -> Iterator[Body]:
        yield self._object("v1", "ServiceAccount", {"automountServiceAccountToken": False})
        yield from self._makers()
        yield self._object("v1", "Service", {"spec": self._service()})
        if not self._workload.takes_turns:  # nothing keeps a sole replica up that no second one may stand beside
            yield self._object("policy/v1", "PodDisruptionBudget", {"spec": self._budget()})
        if self._place.site.mesh:
            yield self._object("networking.istio.io/v1", "DestinationRule", {"spec": self._traffic()})

    def _makers(self) -> Iterator[Body]:
        """What makes its pods."""
        facts = dict(self._serving.bring(self._workload).annotations)
        for share in self._shares:
            spec = deployment(self._workload, self._serving, self._place, share)
            made = self._object("apps/v1", "Deployment", {"spec": spec}, share)
            yield made if not facts else {**made, "metadata": {**made["metadata"], "annotations": facts}}

    @property
    def _shares(self) -> Sequence[Share | None]:
        """The parts; None for a workload that is whole."""
        return self._place.shares or [None]

    @property
    def _weights(self) -> dict[str, int]:
        """How much of 100 requests each part gets; {} where all replicas are alike."""
        return {share.part: share.weight for share in self._place.shares if share.weight}

    def _object(self, api_version: str, kind: str, fields: Body, share: Share | None = None) -> Body:
        name, site = name_of(self._workload, share), self._place.site
        marks = labels(site, self._workload.name, share.part if share else "")
        metadata = {"name": name, "namespace": site.app, "labels": marks}
        return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}

    def _service(self) -> Body:
        protocol, own = self._serving.protocol, self._workload.port
        # http://name is the short address; http://name:8080 is what people write who know the program's own port
        names = {own: f"{protocol}-{own}", SERVICE_PORT: protocol}
        ports = [{"name": name, "port": port, "targetPort": protocol} for port, name in sorted(names.items())]
        return {
            "selector": self._answers,
            "ports": [{**port, "protocol": "TCP", "appProtocol": protocol} for port in ports],
        }

    @property
    def _answers(self) -> dict[str, str]:
        """Labels of the pods that answer."""
        return selector(self._workload.name)

    @property
    def _talk_among(self) -> bool:
        """Whether its pods talk to each other."""
        return self._answers != selector(self._workload.name)

    @property
    def _scaled(self) -> Scaled:
        """What an autoscaler moves."""
        return DEPLOYMENT

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
        host = f"{self._workload.name}.{self._place.site.app}.svc.cluster.local"
        return {"host": host, "trafficPolicy": policy, "subsets": subsets(self._weights)}

    def _add_traits(self) -> None:
        workload, place = self._workload, self._place
        site, exposed = place.site, workload.expose is not None or place.behind_gateway
        Access(
            self,
            name=workload.name,
            site=site,
            port=workload.port,
            callers=place.callers,
            callees=place.callees,
            exposed=exposed,
            outside_ports=self._serving.bring(workload).outside_ports,
            among=self._talk_among,
            reads=place.reads,
            origin=workload.access.origin or workload.origin,
        )
        for share in self._shares:
            self._scale(share)
            if workload.advise:
                self._advise(share)
        canary = canary_of(workload)
        if (self._weights or canary) and site.mesh:
            Load(
                self,
                name=workload.name,
                site=site,
                ports=(workload.port, SERVICE_PORT),
                weights=self._weights,
                canary=canary,
                origin=workload.origin,
            )
        if workload.storage and workload.storage.size and not workload.storage.each:
            Storage(
                self,
                name=workload.name,
                site=site,
                size=workload.storage.size,
                storage_class=workload.storage.type or place.berth.storage_class or None,
                shared=workload.storage.shared,
                origin=workload.storage.origin or workload.origin,
            )
        if workload.slo and site.mesh:
            Slo(self, name=workload.name, site=site, slo=workload.slo, protocol=self._serving.protocol)
        if workload.expose and site.mesh:
            self._expose(workload.expose)

    def _advise(self, share: Share | None) -> None:
        Advice(
            self,
            f"VerticalPodAutoscaler-{share.part}" if share else "VerticalPodAutoscaler",
            name=name_of(self._workload, share),
            site=self._place.site,
            scaled=self._scaled,
            container=self._workload.name,
            part=share.part if share else "",
            origin=self._workload.origin,
        )

    def _scale(self, share: Share | None) -> None:
        workload = self._workload
        autoscale = autoscale_of(workload, self._place, share)
        if autoscale:
            said = workload.autoscale or workload.load
            Autoscale(
                self,
                f"Autoscale-{share.part}" if share else "Autoscale",
                name=name_of(workload, share),
                scaled=self._scaled,
                container=workload.name,
                part=share.part if share else "",
                site=self._place.site,
                autoscale=autoscale,
                startup_seconds=start_seconds(workload, self._serving),
                externals=self._place.externals,
                origin=(said.origin if said else "") or workload.origin,
            )

    def _expose(self, expose: ExposeSpec) -> None:
        workload, place = self._workload, self._place
        routes = (route_to(place.site.app, workload, expose),) if place.routes is None else place.routes
        if routes:
            origin = expose.origin or workload.origin
            Expose(self, name=workload.name, site=place.site, host=expose.host, routes=routes, origin=origin)
