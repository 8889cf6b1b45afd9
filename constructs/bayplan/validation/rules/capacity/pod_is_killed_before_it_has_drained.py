"""A container sleeps longer before it stops than it has time to stop.

The hook before the stop counts against `terminationGracePeriodSeconds` (30 where nothing is said): when that is over,
the container is killed without having been told, and the requests that it still serves are cut off. Give the pod more
time than the hook takes. (A `sleep` action longer than that is refused by the API server: another rule.)

Source: <https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import whole_at
from bayplan.validation.finding import Severity
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule
from bayplan.validation.timing import grace, pause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  terminationGracePeriodSeconds: 15
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      lifecycle: {preStop: {exec: {command: [sleep, "20"]}}}
"""
GOOD = BAD.replace("Seconds: 15", "Seconds: 60")


@rule(
    "CAP011",
    severity=Severity.LOSS,
    rows=("G4",),
    kinds=WORKLOAD_KINDS,
    fix="raise terminationGracePeriodSeconds above what the hook takes",
)
def pod_is_killed_before_it_has_drained(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare the sleep of every hook with the grace period; what the API server refuses is told elsewhere."""
    for pod in world.pods.made_by(workload):
        for container in pod.containers:
            slept = pause(container.body) if "lifecycle" in container.body else None
            is_refused = whole_at(container.body, "lifecycle", "preStop", "sleep", "seconds") is not None
            if slept is not None and (slept == grace(pod) or (slept > grace(pod) and not is_refused)):
                told = (
                    f"container {container.name} sleeps {slept} s before it stops, and is killed after {grace(pod)} s"
                )
                yield Hit(f"{container.pointer}/lifecycle/preStop", told)
