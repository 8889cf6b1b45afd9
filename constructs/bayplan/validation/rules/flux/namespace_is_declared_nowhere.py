"""Objects are applied to a namespace that nothing makes.

The API server refuses an object whose namespace is not there, and Flux then applies nothing of that Kustomization, not
even what would go elsewhere. Declare the Namespace in the same Kustomization or in one that comes before.

Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.outsiders import SYSTEM_NAMESPACES
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
# file: flux/syncs.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: platform, namespace: flux-system}
spec:
  interval: 10m
  path: ./platform
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  path: ./apps
  prune: true
  dependsOn: [{name: platform}]
  sourceRef: {kind: GitRepository, name: flux-system}
# file: platform/namespaces.yaml
apiVersion: v1
kind: Namespace
metadata: {name: web}
# file: apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: webb}
""".lstrip()
GOOD = BAD.replace("webb", "web")

GIVEN = SYSTEM_NAMESPACES | {"cert-manager", "default", "ingress-nginx", "knative-serving", "tigera-operator"}
OF_PLATFORMS = ("cattle-", "gke-", "gmp-", "kube-", "openshift-")
"""What clusters come with, or controllers that are set up before Flux is."""


@rule(
    "FLX013",
    severity=Severity.SYNC,
    confidence=Confidence.MEDIUM,
    rows=("F4",),
    fix="declare the Namespace, or correct the name",
)
def namespace_is_declared_nowhere(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Report the first object of each namespace, in trees that declare their namespaces at all."""
    name, orders = manifest.ref.namespace, world.orders
    if not name or not orders.namespaces or name in orders.namespaces or orders.first_in.get(name) is not manifest:
        return
    if name in GIVEN or name.startswith(OF_PLATFORMS) or name.endswith("-system"):
        return
    if name in orders.made_by_charts or name in orders.of_flux or name in of_controllers(world):
        return
    lack = world.lack("Namespace", "", name)
    if lack is None or is_variable(name):
        return
    draft = world.draft_of(manifest)
    doubt = lack.doubt or (f", but {draft}" if draft else "")
    told = f"lies in namespace {name}, which this tree does not declare{doubt}"
    yield Hit("/metadata/namespace", told, Status.UNKNOWN if doubt else Status.BROKEN)


def of_controllers(world: World) -> tuple[str, ...]:
    """Namespaces that a cluster's own file says of its controllers, which were there before."""
    cluster = world.cluster
    if cluster is None or "gpu-operator" not in cluster.controllers:
        return ()
    return (cluster.gpu_operator_namespace,)
