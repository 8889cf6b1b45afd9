"""An object is applied together with the chart that defines its kind.

Flux tries every object of a Kustomization before it applies any of them. The API server does not know the kind yet, so
the trial fails; the HelmRelease that would bring the definition is not applied either, and this goes on for ever. On an
old cluster nobody sees it. Move the object to a Kustomization of its own that depends on the chart's.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, value_at
from bayplan.validation.finding import Confidence, Severity, Status
from bayplan.validation.flux.charts import GROUPS, chart_of, defining, setter
from bayplan.validation.once import once
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.validation.world import World

BAD = """
# file: flux/syncs.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: keda, namespace: flux-system}
spec:
  interval: 10m
  path: ./keda
  prune: true
  sourceRef: {kind: GitRepository, name: flux-system}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: access, namespace: flux-system}
spec:
  interval: 10m
  path: ./access
  prune: true
  dependsOn: [{name: keda}]
  sourceRef: {kind: GitRepository, name: flux-system}
# file: keda/release.yaml
apiVersion: v1
kind: Namespace
metadata: {name: keda, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: keda, namespace: keda}
spec:
  interval: 1h
  url: oci://registry.example.com/charts/keda
  ref: {digest: "sha256:4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b"}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: keda, namespace: keda}
spec:
  interval: 1h
  chartRef: {kind: OCIRepository, name: keda}
# file: keda/access.yaml
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata: {name: metrics, namespace: keda}
spec:
  podIdentity: {provider: aws}
# file: access/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: keda}
""".lstrip()
GOOD = BAD.replace("# file: keda/access.yaml", "# file: access/access.yaml")


@rule(
    "FLX021",
    severity=Severity.SYNC,
    confidence=Confidence.MEDIUM,
    rows=("F3",),
    fix="move it to a Kustomization of its own that depends on the chart's",
)
def chart_beside_it_never_comes(manifest: Manifest, world: World) -> Iterator[Hit]:
    """Tell of the first object of each group in a Kustomization whose only definition is in a chart beside it."""
    group = manifest.ref.group
    if group not in GROUPS or id(manifest) not in world.delivered.owners:
        return
    own = world.orders.owners(manifest)[0].ref
    makers = defining(world).get(group, ())
    if not makers or _firsts(world).get((own, group)) is not manifest or _is_defined(group, world):
        return
    if any([owner.ref for owner in world.orders.owners(one)] != [own] or _is_told_not_to(one) for one in makers):
        return
    told = f"is applied together with {makers[0].ref}, whose chart {chart_of(makers[0], world)} defines its kind"
    if not setter(world):  # most clusters that are set up by more than Flux get the definitions with that
        gap = next(iter(world.gaps), "")
        told += ": on a new cluster neither comes" + (f", but {gap}" if gap else "")
        yield Hit("/kind", told, Status.UNKNOWN if gap else Status.BROKEN)


def _is_defined(group: str, world: World) -> bool:
    return any(there == group for there, _ in world.orders.definitions)


def _is_told_not_to(release: Manifest) -> bool:
    """Whether a release is told to leave definitions alone, or installs those that it may as a Kustomization wants."""
    values = mapping_at(release.body, "spec", "values")
    ways = (("installCRDs",), ("crds", "enabled"), ("crds", "install"), ("crds", "create"))
    skipped = value_at(release.body, "spec", "install", "crds") == "Skip"
    return skipped or any(value_at(values, *way) is False for way in ways)


@once
def _firsts(world: World) -> Mapping[tuple[Ref, str], Manifest]:
    """The first object of each group that a Kustomization applies."""
    found: dict[tuple[Ref, str], Manifest] = {}
    for one in sorted(world.inventory.manifests, key=lambda one: (one.file, one.line)):
        if one.ref.group in GROUPS:
            for owner in world.orders.owners(one)[:1]:
                found.setdefault((owner.ref, one.ref.group), one)
    return found
