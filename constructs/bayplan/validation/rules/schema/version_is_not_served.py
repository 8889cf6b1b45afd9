"""The version of an object is not served.

The API server of this cluster, or the CRD of the controller, does not have it, or has it no more: the object cannot be
applied, and Flux applies nothing of its Kustomization. Move to the version that is named; fields may have moved, too.

Source: <https://kubernetes.io/docs/reference/using-api/deprecation-guide/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule
from bayplan.validation.schema.library import core_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: chat, namespace: chat}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: chat}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  replicas: 2
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("v1beta1", "v1")


@rule("SCH003", severity=Severity.SYNC, rows=("D1",), fix="move to the version that is named")
def version_is_not_served(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Tell which versions are not there; of a cluster that nobody described it is not known which it serves.

    Other programs have kinds, too: what has no group and no kind of Kubernetes may be theirs, if nothing applies it.
    """
    for hit in world.verdicts.of(manifest, "SCH003"):
        doubt = world.verdicts.doubt_of_version(manifest, world.cluster)
        if is_of_another_program(manifest) and not (world.cluster or world.orders.owners(manifest)):
            doubt = "it may be a file of another program: nothing in the tree applies it"
        if doubt and hit.status is Status.BROKEN:
            same, version = world.by_kind[kind_of(manifest)], manifest.body.get("apiVersion")
            if next(one for one in same if one.body.get("apiVersion") == version) is not manifest:
                continue  # the first speaks for all: the cluster serves the version or does not
            yield Hit(hit.pointer, f"{hit.message} ({doubt})", Status.UNKNOWN)
        else:
            yield hit


def is_of_another_program(manifest: Manifest) -> bool:
    """Whether nothing but a version without a group makes an object of it: `kind: Config` of a kubeconfig."""
    kinds = core_kinds().get("", {})
    return not manifest.ref.group and manifest.ref.kind.lower() not in {kind.lower() for kind in kinds}
