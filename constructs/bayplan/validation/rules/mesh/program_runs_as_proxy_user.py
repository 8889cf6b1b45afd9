"""A program runs as user 1337, which is the proxy's.

What user 1337 sends is not redirected, so that the proxy does not catch its own traffic: the program speaks past the
proxy, in the clear, and servers with mutual TLS refuse it. Run it as another user.

Source: <https://istio.io/latest/docs/ops/deployment/application-requirements/#pod-requirements>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import (
    whole_at,
)
from bayplan.validation.finding import Severity, Status
from bayplan.validation.mesh.injection import is_gateway, is_injected
from bayplan.validation.mesh.sidecar import PROXY, USER
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat, labels: {app: chat}}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0", securityContext: {runAsUser: 1337}}]
"""
GOOD = BAD.replace("1337", "1000")


@rule(
    "MSH044",
    severity=Severity.DOWN,
    rows=("I7",),
    kinds=WORKLOAD_KINDS,
    fix="run it as another user than 1337",
)
def program_runs_as_proxy_user(workload: Manifest, world: World) -> Iterator[Hit]:
    """Look at the user of every container that stays, and of the pod, where there may be a proxy."""
    for pod in world.pods.made_by(workload):
        places = [
            (f"{one.pointer}/securityContext/runAsUser", whole_at(one.body, "securityContext", "runAsUser"))
            for one in pod.containers
            if one.role != "init" and one.name != PROXY
        ]
        shared = whole_at(pod.spec, "securityContext", "runAsUser")
        if shared == USER and any(user is None for _, user in places):
            places.append((f"{pod.pointer}/securityContext/runAsUser", USER))
        where = next((where for where, user in places if user == USER), "")
        if not where or is_gateway(pod) or "istio" in pod.labels:
            continue
        injected = is_injected(pod, world)
        if injected is not False:
            doubt = "" if injected else ", if it is injected"
            yield Hit(
                where, f"runs as user {USER}, past its proxy{doubt}", Status.BROKEN if injected else Status.UNKNOWN
            )
