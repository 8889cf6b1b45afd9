"""A pod breaks the Pod Security level that its Namespace enforces.

The API server takes a Deployment and only warns; each pod that it tries to make is refused, and nothing ever runs. A
bare Pod is refused at once, and with it the whole Kustomization. What Istio's webhook adds counts, too: without
istio-cni its init container needs rights that baseline forbids. Give up the right that is named, or lower the level of
the Namespace with the reason beside it.

Source: <https://kubernetes.io/docs/concepts/security/pod-security-admission/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity, Status
from bayplan.validation.pod_security.pods import asked, doubt_of, offences_of, told
from bayplan.validation.pod_security.policy import namespace_of
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {pod-security.kubernetes.io/enforce: baseline}}
---
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  hostNetwork: true
  containers:
  - name: chat
    image: registry.example.com/chat:v1@sha256:4bc453b53cb3d914b45f4b250294236adba2c0e09ff6f03793949e7e39fd4cc1
"""
GOOD = BAD.replace("  hostNetwork: true\n", "")


@rule(
    "SEC002",
    severity=Severity.SYNC,
    rows=("R2",),
    kinds=WORKLOAD_KINDS,
    fix="give up what the level forbids, or lower the level of the Namespace",
)
def pod_breaks_enforced_level(workload: Manifest, world: World) -> Iterator[Hit]:
    """Run the checks of the level on every pod, one hit for each check that fails."""
    level = asked(workload, world, "enforce")
    namespace = namespace_of(workload, world)
    if level is None or namespace is None or level.name == "privileged":
        return
    for _, found in offences_of(workload, world, level):
        what = f"{told(found)}: namespace {namespace.ref.name} enforces {level.name} and refuses the pods"
        doubt = world.drafts.get(namespace.file, "") or doubt_of(found, world)
        status = Status.UNKNOWN if doubt else Status.BROKEN
        yield Hit(found[0].pointer, f"{what}, but {doubt}" if doubt else what, status)
