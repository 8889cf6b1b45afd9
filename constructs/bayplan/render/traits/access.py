"""Who may call a workload and whom it may call: refused by the network and, in a mesh, by identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject, Part
from bayplan.render.labels import labels, selector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.render.api_object import Body
    from bayplan.render.site import Peer, Site
    from bayplan.spec.cluster import Mesh
    from constructs import Construct

ISTIOD_PORT = 15012
"""Where proxies fetch their configuration and certificates: https://istio.io/latest/docs/ops/deployment/application-requirements/"""
MERGED_METRICS_PORT = 15020
"""Where the proxy's agent serves its own metrics and, merged in, the program's. It is not behind the proxy itself."""
TRUST_DOMAIN = "cluster.local"


class Access(Part):
    """NetworkPolicy and, in a mesh, mutual TLS and authorization by service account. Without callers nobody may call.

    Probes need no rule: the kubelet stands on the node, which NetworkPolicies do not cover, and Istio rewrites probes
    to its agent's port, past mutual TLS and authorization.
    Source: <https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "Access",  # noqa: A002 - as all constructs name it
        *,
        name: str,
        site: Site,
        port: int,
        callers: Sequence[Peer] = (),
        callees: Sequence[Peer] = (),
        exposed: bool = False,
        origin: str = "",
    ) -> None:
        super().__init__(scope, id)
        metadata = {"name": name, "namespace": site.app, "labels": labels(site, name)}
        ports = [{"protocol": "TCP", "port": port}]
        sources = [_pods(peer.app, selector(peer.name), site) for peer in sorted(callers)]
        if exposed and site.mesh:
            sources.append(_pods(site.mesh.gateway_namespace, dict(site.mesh.gateway_labels), site))
        ingress = [{"from": sources, "ports": ports}] if sources else []
        spec = {
            "podSelector": {"matchLabels": selector(name)},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [*ingress, _scraping(site, port)],
            "egress": [*_platform_egress(site), *(_call(peer, site) for peer in sorted(callees))],
        }
        body = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}
        ApiObject(self, body=body, origin=origin)
        if site.mesh:
            gateway = [_gateway_principal(site.mesh)] if exposed else []
            principals = [_principal(peer.app, peer.name) for peer in sorted(callers)] + gateway
            _mesh_objects(self, metadata=metadata, principals=principals, port=port, origin=origin)


def _mesh_objects(part: Part, *, metadata: Body, principals: list[str], port: int, origin: str) -> None:
    chosen = {"selector": {"matchLabels": selector(metadata["name"])}}
    allow = {"from": [{"source": {"principals": principals}}], "to": [{"operation": {"ports": [str(port)]}}]}
    # an ALLOW policy without rules matches no request: everybody is refused
    specs: dict[str, Body] = {
        "PeerAuthentication": {**chosen, "mtls": {"mode": "STRICT"}},
        "AuthorizationPolicy": {**chosen, "action": "ALLOW", "rules": [allow] if principals else None},
    }
    for kind, spec in specs.items():
        body = {"apiVersion": "security.istio.io/v1", "kind": kind, "metadata": metadata, "spec": spec}
        ApiObject(part, body=body, origin=origin)


def _principal(app: str, account: str) -> str:
    return f"{TRUST_DOMAIN}/ns/{app}/sa/{account}"


def _gateway_principal(mesh: Mesh) -> str:
    return _principal(mesh.gateway_namespace, mesh.gateway_account)


def _scraping(site: Site, port: int) -> Body:
    scraped = MERGED_METRICS_PORT if site.mesh else port
    return {"from": [_namespace(site.metrics_namespace)], "ports": [{"protocol": "TCP", "port": scraped}]}


def _platform_egress(site: Site) -> list[Body]:
    dns = {
        "to": [_namespace("kube-system") | {"podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}],
        "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
    }
    if site.mesh is None:
        return [dns]
    istiod = _namespace(site.mesh.control_plane_namespace) | {"podSelector": {"matchLabels": {"app": "istiod"}}}
    return [dns, {"to": [istiod], "ports": [{"protocol": "TCP", "port": ISTIOD_PORT}]}]


def _call(peer: Peer, site: Site) -> Body:
    return {
        "to": [_pods(peer.app, selector(peer.name), site)],
        "ports": [{"protocol": "TCP", "port": peer.port}],
    }


def _pods(namespace: str, matching: dict[str, str], site: Site) -> Body:
    pods: Body = {"podSelector": {"matchLabels": matching}}
    return pods if namespace == site.app else _namespace(namespace) | pods


def _namespace(name: str) -> Body:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
