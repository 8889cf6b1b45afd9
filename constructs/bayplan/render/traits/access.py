"""Who may call a workload and whom it may call: refused by the network and, in a mesh, by identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import labels, selector
from bayplan.render.outside import blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Peer, Site
    from bayplan.spec.cluster import Mesh

ISTIOD_PORT = 15012
"""Where proxies fetch their configuration and certificates: https://istio.io/latest/docs/ops/deployment/application-requirements/"""
MERGED_METRICS_PORT = 15020
"""Where the proxy's agent serves its own metrics and, merged in, the program's. It is not behind the proxy itself."""
METRICS_PATH = "/metrics"
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
        port: int | None,
        callers: Sequence[Peer] = (),
        callees: Sequence[Peer] = (),
        exposed: bool = False,
        outside_ports: Sequence[int] = (),
        among: bool = False,
        reads: Peer | None = None,
        origin: str = "",
    ) -> None:
        """`port` is where it answers; None for a program that only calls others.

        `reads` is who reads its metrics without an identity, and nothing else. With `among` its pods talk to each
        other, on any port. `outside_ports` are those on which it calls what is outside of the cluster.
        """
        metadata = {"name": name, "namespace": site.app, "labels": labels(site, name)}
        gateway = site.mesh if exposed else None
        let_in = [*callers, *([reads] if reads else [])]
        own_in = [{"from": [_pods(site.app, selector(name), site)]}] if among else []
        own_out = [{"to": [_pods(site.app, selector(name), site)]}] if among else []
        specs: dict[str, Body] = {
            "networking.k8s.io/v1/NetworkPolicy": {
                "podSelector": {"matchLabels": selector(name)},
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [*_calls_in(site, port, let_in, gateway), *_scraping(site, port), *own_in],
                "egress": [
                    *_platform_egress(site),
                    *(_call_out(peer, site) for peer in sorted(callees)),
                    *own_out,
                    *(_call_anybody(port) for port in outside_ports),
                ],
            }
        }
        if site.mesh:
            own = {"from": [{"source": {"principals": [_principal(site.app, name)]}}]}
            rules = [*(_rules(port, callers, gateway) or ()), *([own] if among else [])]
            specs |= _meshed(name, port, rules, read=reads is not None)
        super().__init__(scope, id, bodies=[_body(kind, metadata, spec) for kind, spec in specs.items()], origin=origin)


def _meshed(name: str, port: int | None, rules: list[Body], *, read: bool) -> dict[str, Body]:
    """Mutual TLS, and who may call; of all that comes in the clear only metrics are given, where they are `read`."""
    chosen = {"selector": {"matchLabels": selector(name)}}
    seen = {"operation": {"ports": [str(port)], "methods": ["GET"], "paths": [METRICS_PATH]}}
    in_the_clear = {str(port): {"mode": "PERMISSIVE"}} if read else None
    return {
        "security.istio.io/v1/PeerAuthentication": {
            **chosen,
            "mtls": {"mode": "STRICT"},
            "portLevelMtls": in_the_clear,
        },
        "security.istio.io/v1/AuthorizationPolicy": {
            **chosen,
            "action": "ALLOW",
            "rules": [*rules, *([{"to": [seen]}] if read else [])] or None,
        },
    }


def _body(kind: str, metadata: Body, spec: Body) -> Body:
    api_version, _, last = kind.rpartition("/")
    return {"apiVersion": api_version, "kind": last, "metadata": metadata, "spec": spec}


def _calls_in(site: Site, port: int | None, callers: Sequence[Peer], gateway: Mesh | None) -> list[Body]:
    sources = [_pods(peer.app, selector(peer.name), site) for peer in sorted(callers)]
    if gateway:
        sources.append(_pods(gateway.gateway_namespace, dict(gateway.gateway_labels), site))
    return [{"from": sources, "ports": [{"protocol": "TCP", "port": port}]}] if sources else []


def _rules(port: int | None, callers: Sequence[Peer], gateway: Mesh | None) -> list[Body] | None:
    """Who may call; None for nobody: an ALLOW policy without rules matches no request, so all are refused."""
    principals = [_principal(peer.app, peer.name) for peer in sorted(callers)]
    if gateway:
        principals.append(_principal(gateway.gateway_namespace, gateway.gateway_account))
    allow = {"from": [{"source": {"principals": principals}}], "to": [{"operation": {"ports": [str(port)]}}]}
    return [allow] if principals else None


def _principal(app: str, account: str) -> str:
    return f"{TRUST_DOMAIN}/ns/{app}/sa/{account}"


def _scraping(site: Site, port: int | None) -> list[Body]:
    scraped = MERGED_METRICS_PORT if site.mesh else port
    if scraped is None:
        return []
    return [{"from": [_namespace(site.metrics_namespace)], "ports": [{"protocol": "TCP", "port": scraped}]}]


def _platform_egress(site: Site) -> list[Body]:
    dns = {
        "to": [_namespace("kube-system") | {"podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}],
        "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
    }
    if site.mesh is None:
        return [dns]
    istiod = _namespace(site.mesh.control_plane_namespace) | {"podSelector": {"matchLabels": {"app": "istiod"}}}
    return [dns, {"to": [istiod], "ports": [{"protocol": "TCP", "port": ISTIOD_PORT}]}]


def _call_out(peer: Peer, site: Site) -> Body:
    return {
        "to": [_pods(peer.app, selector(peer.name), site)],
        "ports": [{"protocol": "TCP", "port": peer.port}],
    }


def _call_anybody(port: int) -> Body:
    """Addresses of other clouds and of the internet, on one port: no policy of Kubernetes knows names of hosts."""
    return {"to": blocks(), "ports": [{"protocol": "TCP", "port": port}]}


def _pods(namespace: str, matching: dict[str, str], site: Site) -> Body:
    pods: Body = {"podSelector": {"matchLabels": matching}}
    return pods if namespace == site.app else _namespace(namespace) | pods


def _namespace(name: str) -> Body:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
