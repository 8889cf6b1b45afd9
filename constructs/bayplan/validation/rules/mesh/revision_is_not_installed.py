"""A label asks for a revision of Istio that is not installed.

No webhook answers to it: pods start without a proxy, outside of the mesh, and nobody is told. Install the revision,
make a tag of that name, or ask for one that there is.

Source: <https://istio.io/latest/docs/setup/upgrade/canary/#stable-revision-labels>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    is_variable,
    texts_at,
)
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.mesh.injection import INJECTION, REVISION
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Namespace
metadata: {name: chat, labels: {istio.io/rev: 1-30}}
---
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod-1-31, namespace: istio-system, labels: {app: istiod, istio.io/rev: 1-31}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod, istio.io/rev: 1-31}}
    spec:
      containers: [{name: discovery, image: "registry.example.com/pilot@sha256:0"}]
"""
GOOD = BAD.replace("1-30", "1-31")


@rule(
    "MSH043",
    severity=Severity.DOWN,
    rows=("I7",),
    confidence=Confidence.MEDIUM,
    kinds=("Namespace", *WORKLOAD_KINDS),
    fix="ask for a revision or tag that is installed",
)
def revision_is_not_installed(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Compare the label of a namespace or of pods with the revisions that the tree installs."""
    known = world.mesh.revisions
    if known is None:
        return
    asked: list[tuple[str, str]] = []
    if manifest.ref.kind == "Namespace":
        labels = texts_at(manifest.body, "metadata", "labels")
        if labels.get(REVISION) and INJECTION not in labels:
            asked = [(labels[REVISION], pointer("metadata", "labels", REVISION))]
    else:
        for pod in world.pods.made_by(manifest):
            home = world.injection.labels_of(pod.namespace) or {}
            if pod.labels.get(REVISION) and REVISION not in home and INJECTION not in home:
                where = pod.pointer.removesuffix("/spec") + pointer("metadata", "labels", REVISION)
                asked.append((pod.labels[REVISION], where))
    for name, where in asked:
        if name not in known and not is_variable(name):
            has = ", ".join(sorted(known)) or "none"
            yield Hit(where, f"asks for revision {name}, and the tree installs {has}")
