"""A label asks for a waypoint that is not there.

Traffic goes past it: what the waypoint should route, allow or log is not routed, allowed or logged, and nobody is
told. The label names a Gateway of class `istio-waypoint`, in the same namespace unless
`istio.io/use-waypoint-namespace` says another, that is for what carries the label (`istio.io/waypoint-for`).

Source: <https://istio.io/latest/docs/ambient/usage/waypoint/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    is_variable,
    text_at,
    texts_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.kinds import K8S_GATEWAY, SERVICE_ENTRY, WORKLOAD_ENTRY
from bayplan.validation.mesh.waypoints import CLASS, FOR, USE, waypoint_in
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: crosing}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: crossing, namespace: chat}
spec:
  gatewayClassName: istio-waypoint
  listeners: [{name: mesh, port: 15008, protocol: HBONE}]
"""
GOOD = BAD.replace("crosing", "crossing")


@rule(
    "MSH057",
    severity=Severity.LOSS,
    rows=("I8",),
    kinds=("Namespace", "Service", SERVICE_ENTRY, WORKLOAD_ENTRY, *WORKLOAD_KINDS),
    fix="name a Gateway of class istio-waypoint that is for this",
)
def waypoint_is_missing(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Look up the waypoint of every label."""
    places = [(texts_at(manifest.body, "metadata", "labels"), pointer("metadata", "labels", USE))]
    if manifest.ref.kind not in ("Namespace", "Service", "ServiceEntry", "WorkloadEntry"):
        base = pointer("metadata", "labels", USE)
        places = [(dict(pod.labels), pod.pointer.removesuffix("/spec") + base) for pod in world.pods.made_by(manifest)]
    home = manifest.ref.name if manifest.ref.kind == "Namespace" else manifest.ref.namespace
    for labels, where in places:
        wanted = waypoint_in(labels, home)
        if wanted is not None and not is_variable("".join(wanted)):
            yield from judge(manifest, wanted, where, world)


def judge(manifest: Manifest, wanted: tuple[str, str], where: str, world: World) -> Iterator[Hit]:
    """Whether a waypoint is there, is one, and is for what carries the label."""
    gateway = world.mesh.api_gateways.get(wanted)
    if gateway is None:
        lack = world.lack(K8S_GATEWAY, *wanted)
        if lack is not None:
            yield Hit(where, f"asks for waypoint {'/'.join(wanted)}, which is not there{lack.doubt}", lack.status)
        return
    kind = text_at(gateway.body, "spec", "gatewayClassName")
    if kind != CLASS and not is_variable(kind):
        yield Hit(
            where, f"asks for {gateway.ref} as a waypoint, which is of class {kind}", world.mesh.status_with(gateway)
        )
        return
    takes = texts_at(gateway.body, "metadata", "labels").get(FOR, "service")
    carrier = manifest.ref.kind
    is_service = carrier in ("Service", "ServiceEntry")
    if carrier != "Namespace" and takes not in ("all", "service" if is_service else "workload"):
        told = f"asks for {gateway.ref} as a waypoint, which is for {takes} traffic"
        yield Hit(where, told, world.mesh.status_with(gateway))
