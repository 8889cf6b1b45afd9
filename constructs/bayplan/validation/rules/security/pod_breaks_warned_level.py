"""A pod breaks the Pod Security level that its Namespace warns of or audits.

It runs, and everybody who applies it is warned, or an entry is written to the audit log. Such labels announce what is
to be enforced one day: on that day the pods are refused when they are next made, which may be in the middle of a drain.
Give up the rights before, or take the announcement back.

Source: <https://kubernetes.io/docs/concepts/security/pod-security-admission/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.pod_security.pods import asked, doubt_of, offences_of
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
metadata: {name: chat, labels: {pod-security.kubernetes.io/warn: baseline}}
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
    "SEC003",
    severity=Severity.RISK,
    rows=("R2",),
    kinds=WORKLOAD_KINDS,
    confidence=Confidence.MEDIUM,
    fix="give up what the level forbids before it is enforced",
)
def pod_breaks_warned_level(workload: Manifest, world: World) -> Iterator[Hit]:
    """One hit for each mode, with the names of all checks that fail and are not enforced anyway."""
    namespace = namespace_of(workload, world)
    if namespace is None:
        return
    enforced = asked(workload, world, "enforce")
    known = {name for name, _ in offences_of(workload, world, enforced)} if enforced else set()
    for mode in ("warn", "audit"):
        level = asked(workload, world, mode)
        if level is None or level.name == "privileged" or level == enforced:
            continue
        found = [
            (name, places)
            for name, places in offences_of(workload, world, level)
            if name not in known and not doubt_of(places, world)
        ]
        known |= {name for name, _ in found}
        if found and namespace.file not in world.drafts:
            names = ", ".join(name for name, _ in found)
            verb = "warns of" if mode == "warn" else "audits"
            what = f"breaks level {level.name}, which namespace {namespace.ref.name} {verb}: {names}"
            yield Hit(found[0][1][0].pointer, what)
