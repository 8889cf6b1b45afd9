"""Who an AuthorizationPolicy says may call: namespaces and service accounts.

Source: <https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mapping_at, mappings_at, text_at
from bayplan.validation.mesh.kinds import K8S_GATEWAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

ALWAYS = frozenset({"default", "kube-node-lease", "kube-public", "kube-system"})


def sources_of(policy: Manifest) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every source of every rule, with its pointer."""
    for number, rule in mappings_at(policy.body, "spec", "rules"):
        for index, entry in mappings_at(rule, "from"):
            yield pointer("spec", "rules", number, "from", index, "source"), mapping_at(entry, "source")


def given_namespaces(world: World) -> frozenset[str]:
    """The namespaces that there are: declared in the tree, named by the cluster's spec, or made by Kubernetes."""
    found = {*ALWAYS, *world.mesh.declared}
    if world.cluster is not None:
        mesh = world.cluster.mesh
        found |= {mesh.gateway_namespace, mesh.control_plane_namespace, world.cluster.metrics_namespace}
    return frozenset(found)


def is_account(namespace: str, name: str, world: World) -> bool:
    """Whether the cluster's spec or a Gateway of the Gateway API brings a service account."""
    mesh = world.cluster.mesh if world.cluster is not None else None
    if mesh is not None and (namespace, name) == (mesh.gateway_namespace, mesh.gateway_account):
        return True
    for gateway in world.by_kind.get(K8S_GATEWAY, ()):
        kind = text_at(gateway.body, "spec", "gatewayClassName")
        if gateway.ref.namespace == namespace and name in (gateway.ref.name, f"{gateway.ref.name}-{kind}"):
            return True
    return False
