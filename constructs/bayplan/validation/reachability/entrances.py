"""Gateways whose pods are not in the tree: as far as their controllers say how they look.

Source: <https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#automated-deployment>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.validation.fields import text_at
from bayplan.validation.mesh.workloads import GATEWAY_NAME
from bayplan.validation.reachability.ends import End, stranger

if TYPE_CHECKING:
    from bayplan.validation.world import World

ISTIO = "istio"
"""Class of gateways that istiod makes."""


def entrance(name: str, labels: dict[str, str], world: World) -> End:
    """A gateway that is not in the tree: the one that the cluster's spec names, or any with these labels."""
    cluster = world.cluster
    if (
        cluster is None
        or "istio" not in cluster.controllers
        or not labels.items() <= cluster.mesh.gateway_labels.items()
    ):
        return stranger(name, None, labels)
    mesh = cluster.mesh
    return End(name=name, namespace=mesh.gateway_namespace, labels=mesh.gateway_labels, account=mesh.gateway_account)


def own_gateway(parent: dict[str, object], namespace: str, world: World) -> End:
    """The pods that a controller makes for a Gateway: Istio names them, and their account, by it and its class."""
    name, where = text_at(parent, "name"), text_at(parent, "namespace") or namespace
    found = world.inventory.by_ref.get(Ref("gateway.networking.k8s.io", "Gateway", where, name), ())
    made_by = text_at(found[0].body, "spec", "gatewayClassName") if found else ""
    if made_by != ISTIO:
        return stranger(f"the gateway {name}", None, {GATEWAY_NAME: name})
    return End(
        name=f"the gateway {where}/{name}", namespace=where, labels={GATEWAY_NAME: name}, account=f"{name}-{ISTIO}"
    )
