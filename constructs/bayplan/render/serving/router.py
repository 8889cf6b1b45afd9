"""A router of a language model: who chooses the replica for each request from outside, and what leads by way of it.

Istio's gateway asks the router (llm-d's endpoint picker) over gRPC where a request should go; the router has read from
every replica's metrics how long its line is and how full its cache, and remembers which prompts went where. While it is
away requests go to any replica (FailOpen).

The router asks replicas by the addresses of their pods, of which no proxy knows whose they are, so that it cannot show
its identity: metrics, and nothing else, are read without one, by whom NetworkPolicies let in. It asks the API server,
too, whose address no policy knows: those ports are open.

Source: <https://gateway-api-inference-extension.sigs.k8s.io/>, config/charts of llm-d-router 0.10.0
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.container import Serving
from bayplan.render.labels import labels
from bayplan.render.platform.inference_gateway import API_VERSION, GROUP, NAME
from bayplan.render.serving.brought import Brought
from bayplan.render.serving.llm_service import API_SERVER_PORTS, ROUTER_PORT
from bayplan.render.site import Peer
from bayplan.render.workloads.server import Server
from bayplan.spec.workloads.model_server import ROUTER, ROUTER_ASKS
from bayplan.spec.workloads.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Place, Route
    from bayplan.spec.traits.llm import Llm
    from bayplan.spec.workloads.model_server import ModelServer

POOL_GROUP = "inference.networking.k8s.io"
HEALTH_PORT = 9003
_WEIGHTS = {"queue-scorer": 2, "kv-cache-utilization-scorer": 2, "prefix-cache-scorer": 3}
"""The router's own defaults, said, so that another version of it chooses alike."""
_READS = (
    ("", ("pods",)),
    (POOL_GROUP, ("inferencepools",)),
    ("llm-d.ai", ("inferencemodelrewrites", "inferenceobjectives")),
)


def name_of(server: ModelServer) -> str:
    """Of the router, its account and its Service."""
    return f"{server.name}-{ROUTER}"


def routes(server: ModelServer, place: Place, answers: Mapping[str, str], route: Route) -> Iterator[Body]:
    """The pool of replicas with their router, and the route of a host to it."""
    metadata = {"name": server.name, "namespace": place.site.app, "labels": labels(place.site, server.name)}
    picker = {"name": name_of(server), "port": {"number": ROUTER_PORT}, "failureMode": "FailOpen"}
    pool = {
        "selector": {"matchLabels": dict(answers)},
        "targetPorts": [{"number": server.port}],
        "appProtocol": "http",
        "endpointPickerRef": picker,
    }
    yield {"apiVersion": f"{POOL_GROUP}/v1", "kind": "InferencePool", "metadata": metadata, "spec": pool}
    if server.expose is None or place.site.mesh is None:
        return
    host = server.expose.host
    parent = {"group": GROUP, "kind": "Gateway", "name": NAME, "namespace": place.site.mesh.gateway_namespace}
    rule = {
        "matches": [{"path": {"type": "PathPrefix", "value": path}} for path in sorted(route.paths)],
        "backendRefs": [{"group": POOL_GROUP, "kind": "InferencePool", "name": server.name}],
        "timeouts": {"request": route.timeout} if route.timeout else None,
        "retry": {"attempts": route.retries} if route.retries else None,
    }
    spec = {"parentRefs": [{**parent, "sectionName": host}], "hostnames": [host], "rules": [rule]}
    yield {"apiVersion": API_VERSION, "kind": "HTTPRoute", "metadata": metadata, "spec": spec}


class Router(Server):
    """One replica that chooses, with rights to see the pods of its namespace."""

    def __init__(self, scope: Construct, *, server: ModelServer, llm: Llm, place: Place) -> None:
        """`place` is the router's own."""
        self._asks = server.port
        workload = Service(
            name=name_of(server),
            image=llm.routed_by,
            port=ROUTER_PORT,
            protocol="grpc",
            replicas=1,
            resources=ROUTER_ASKS,
            priority=server.priority,
            args=_flags(server, place),
        )
        brought = Brought(
            env_from_pod=(("NAMESPACE", "metadata.namespace"), ("POD_NAME", "metadata.name")),
            outside_ports=API_SERVER_PORTS,
        )
        serving = Serving(protocol="grpc", health="", startup_seconds=60, bring=lambda _: brought)
        asked = Peer(app=place.site.app, name=server.name, port=server.port)
        place = replace(place, callers=(), callees=(asked,), behind_gateway=True, routes=(), shares=())
        workload.write_origin(server.origin)
        super().__init__(scope, workload=workload, serving=serving, place=place)

    def _makers(self) -> Iterator[Body]:
        for made in super()._makers():
            template = made["spec"]["template"]
            spec, metadata = template["spec"], template["metadata"]
            program = {**spec["containers"][0]}
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                program[probe] = {**program[probe], "grpc": {"port": HEALTH_PORT}}
            pod = {**spec, "containers": [program], "automountServiceAccountToken": True}
            notes = {**metadata["annotations"]}
            if self._place.site.mesh:
                ports = sorted({*API_SERVER_PORTS, self._asks})
                notes["traffic.sidecar.istio.io/excludeOutboundPorts"] = ",".join(map(str, ports))
            template = {"metadata": {**metadata, "annotations": notes}, "spec": pod}
            yield {**made, "spec": {**made["spec"], "template": template}}
        yield from self._rights()

    def _rights(self) -> Iterator[Body]:
        verbs = ["get", "list", "watch"]
        rules = [{"apiGroups": [group], "resources": list(kinds), "verbs": verbs} for group, kinds in _READS]
        name, api_version = self._workload.name, "rbac.authorization.k8s.io/v1"
        account = {"kind": "ServiceAccount", "name": name, "namespace": self._place.site.app}
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name}
        yield self._object(api_version, "Role", {"rules": rules})
        yield self._object(api_version, "RoleBinding", {"roleRef": role, "subjects": [account]})


def _flags(server: ModelServer, place: Place) -> tuple[str, ...]:
    configuration = {
        "apiVersion": "llm-d.ai/v1alpha1",
        "kind": "EndpointPickerConfig",
        "plugins": [{"type": kind} for kind in _WEIGHTS],
        "schedulingProfiles": [
            {"name": "default", "plugins": [{"pluginRef": kind, "weight": one} for kind, one in _WEIGHTS.items()]}
        ],
    }
    return (
        f"--pool-name={server.name}",
        f"--pool-namespace={place.site.app}",
        f"--grpc-port={ROUTER_PORT}",
        f"--grpc-health-port={HEALTH_PORT}",
        "--secure-serving=false",  # the mesh encrypts
        "--tracing=false",
        "--enable-pprof=false",
        f"--config-text={json.dumps(configuration, separators=(',', ':'))}",
    )
