"""A trigger names credentials that do not exist.

KEDA asks the source of the metric without them, is turned away, and the workload is never scaled: the ScaledObject says
"not ready", and nobody looks there. A TriggerAuthentication is looked for in the namespace of the ScaledObject; one for
all namespaces is a ClusterTriggerAuthentication, and `kind` must say so.

Source: <https://keda.sh/docs/latest/concepts/authentication/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import SCALED_JOB, SCALED_OBJECT
from bayplan.validation.triggers import credentials_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: keda.sh/v1alpha1
kind: ScaledJob
metadata: {name: index, namespace: chat}
spec:
  jobTargetRef:
    template:
      spec: {restartPolicy: Never, containers: [{name: index, image: "registry.example.com/index@sha256:0"}]}
  triggers:
    - type: rabbitmq
      metadata: {queueName: index, mode: QueueLength, value: "5"}
      authenticationRef: {name: queue}
---
apiVersion: keda.sh/v1alpha1
kind: ClusterTriggerAuthentication
metadata: {name: queue}
spec: {podIdentity: {provider: aws}}
"""
GOOD = BAD.replace("{name: queue}\n---", "{name: queue, kind: ClusterTriggerAuthentication}\n---")


@rule(
    "SCL006",
    severity=Severity.LOSS,
    rows=("H5",),
    kinds=(SCALED_OBJECT, SCALED_JOB),
    fix="name a TriggerAuthentication of the same namespace, or say kind: ClusterTriggerAuthentication",
)
def trigger_authentication_is_missing(scaled: Manifest, world: World) -> Iterator[Hit]:
    """Look up what every trigger authenticates with."""
    for one in credentials_of(scaled):
        plain = one.kind.partition(".")[0]
        lack = world.lack(one.kind, "" if plain.startswith("Cluster") else scaled.ref.namespace, one.name)
        if lack is not None:
            yield Hit(
                one.pointer, f"authenticates with {plain} {one.name}, which does not exist{lack.doubt}", lack.status
            )
