"""A workload runs as a ServiceAccount that does not exist.

The API server refuses its pods: a Deployment stands there with no pod at all. It was applied without a complaint; only
its condition ReplicaFailure and the events of its ReplicaSet say why. Commit the ServiceAccount beside the workload, or
use one of the same namespace.

Source: <https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.references import account_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  serviceAccountName: chatt
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: chat, namespace: chat}
"""
GOOD = BAD.replace("chatt", "chat")


@rule(
    "REF001",
    severity=Severity.DOWN,
    rows=("W4",),
    kinds=POD_KINDS,
    fix="commit the ServiceAccount in the workload's namespace",
)
def service_account_is_missing(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look the account up in the workload's namespace."""
    for reference in (one for pod in world.pods.made_by(workload) for one in account_of(pod)):
        lack = world.lack("ServiceAccount", workload.ref.namespace, reference.name)
        if lack is not None:
            message = f"runs as ServiceAccount {reference.name}, which is not in its namespace"
            yield Hit(reference.pointer, message + lack.doubt, lack.status)
