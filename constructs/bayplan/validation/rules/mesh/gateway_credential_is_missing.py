"""A Gateway serves TLS with a Secret that its pods cannot find.

The listener has no certificate and refuses every handshake, also for other hosts on the same filter chain. The Secret
is read in the namespace of the gateway's pods, not in that of the Gateway. Make it there, or have cert-manager do so.

Source: <https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/#troubleshooting>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    is_variable,
    text_at,
    words_at,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.mesh.gateways import pods_behind, selector_of, servers_of
from bayplan.validation.mesh.kinds import GATEWAY
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: chat}
spec:
  selector: {istio: ingressgateway}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [chat.example.com]
      tls: {mode: SIMPLE, credentialName: chat-tls}
---
apiVersion: v1
kind: Pod
metadata: {name: gateway, namespace: ingress, labels: {istio: ingressgateway}}
spec:
  containers:
    - {name: gateway, image: "registry.example.com/gateway@sha256:0", ports: [{containerPort: 443}]}
---
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: ingress}
spec:
  selector: {istio: ingressgateway}
  ports: [{name: https, port: 443}]
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: chat-tls, namespace: chat}
spec: {secretName: chat-tls, issuerRef: {name: acme}, dnsNames: [chat.example.com]}
"""
GOOD = BAD.replace("{name: chat-tls, namespace: chat}", "{name: chat-tls, namespace: ingress}")


@rule(
    "MSH019",
    severity=Severity.DOWN,
    rows=("I4",),
    kinds=(GATEWAY,),
    fix="make the Secret in the namespace of the gateway's pods",
)
def gateway_credential_is_missing(gateway: Manifest, world: World) -> Iterator[Hit]:
    """Look for every Secret where the gateway's pods look for it."""
    pods = pods_behind(gateway, world)
    namespaces = sorted({pod.namespace for pod in pods})
    if not namespaces and selector_of(gateway):
        return  # where its pods run is not known, and MSH017 says so
    for server in servers_of(gateway):
        for key in ("credentialName", *(["credentialNames"] if "credentialNames" in server.tls else [])):
            names = words_at(server.tls, key) or ((text_at(server.tls, key),) if text_at(server.tls, key) else ())
            for written in names:
                name = written.removeprefix("kubernetes://").removeprefix("kubernetes-gateway://").rpartition("/")[2]
                if is_variable(name) or written.startswith(("builtin://", "sds://", "file-root:")):
                    continue
                for namespace in namespaces:
                    yield from judge(name, namespace, f"{server.pointer}/tls/{key}", world)


def judge(name: str, namespace: str, where: str, world: World) -> Iterator[Hit]:
    """Whether a Secret is where the pods of a namespace read it."""
    given = world.cluster is not None and (namespace, name) == (
        world.cluster.mesh.gateway_namespace,
        world.cluster.mesh.certificate,
    )
    if given or world.contents.has("Secret", namespace, name) or world.lack("Secret", namespace, name) is None:
        return
    homes = world.contents.namespaces_of("Secret", name)
    told = f"serves with Secret {name}, which its pods look for in namespace {namespace}"
    if homes:
        yield Hit(where, f"{told}; it is made in {', '.join(homes)}")
    else:
        yield Hit(where, f"{told}, and nothing in this tree makes it there", Status.UNKNOWN)
