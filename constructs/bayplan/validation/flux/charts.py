"""Which kinds well-known charts define, as their Chart.yaml and crds/ say; and who else may define them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.validation.fields import text_at
from bayplan.validation.once import once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

CHART = "HelmRelease.helm.toolkit.fluxcd.io"
SOURCES = ("OCIRepository.source.toolkit.fluxcd.io", "HelmChart.source.toolkit.fluxcd.io")
DEFINES: Mapping[str, frozenset[str]] = {
    chart: frozenset(groups.split())
    for chart, groups in {
        "cert-manager": "cert-manager.io acme.cert-manager.io",
        "cloudnative-pg": "postgresql.cnpg.io",
        "external-secrets": "external-secrets.io generators.external-secrets.io",
        "flagger": "flagger.app",
        "grafana-operator": "grafana.integreatly.org",
        "istio-base": "networking.istio.io security.istio.io telemetry.istio.io extensions.istio.io",
        "jobset": "jobset.x-k8s.io",
        "karpenter": "karpenter.sh karpenter.k8s.aws",
        "keda": "keda.sh eventing.keda.sh",
        "kserve-crd": "serving.kserve.io",
        "kube-prometheus-stack": "monitoring.coreos.com",
        "kuberay-operator": "ray.io",
        "kueue": "kueue.x-k8s.io",
        "kyverno": "kyverno.io",
        "metallb": "metallb.io",
        "opentelemetry-operator": "opentelemetry.io",
        "rook-ceph": "ceph.rook.io",
        "spark-operator": "sparkoperator.k8s.io",
        "strimzi-kafka-operator": "kafka.strimzi.io",
        "traefik": "traefik.io",
        "velero": "velero.io",
        "victoria-metrics-operator": "operator.victoriametrics.com",
        "volsync": "volsync.backube",
    }.items()
}
"""Name of a chart to the groups of which it brings the definitions."""
GROUPS = frozenset().union(*DEFINES.values())
SETTERS = (
    "ansible",
    "bootstrap",
    "hack",
    "helmfile",
    "justfile",
    "makefile",
    "scripts",
    "talos",
    "taskfile",
    "terraform",
)
"""Beginnings of the names of what sets a cluster up before Flux comes."""


@once
def defining(world: World) -> Mapping[str, Sequence[Manifest]]:
    """The releases of the charts that define the kinds of a group; those that may, named after it, among them."""
    found: dict[str, list[Manifest]] = defaultdict(list)
    for release in world.by_kind.get(CHART, ()):
        name = chart_of(release, world)
        for group in DEFINES.get(name, DEFINES.get(name.removesuffix("-crds").removesuffix("-crd"), ())):
            found[group].append(release)
        if name == "prometheus-operator-crds":
            found["monitoring.coreos.com"].append(release)
    return found


def chart_of(release: Manifest, world: World) -> str:
    """The name of the chart of a release; "" where that cannot be told."""
    name = text_at(release.body, "spec", "chart", "spec", "chart").rpartition("/")[2]
    of = text_at(release.body, "spec", "chart", "spec", "sourceRef", "name")
    if text_at(release.body, "spec", "chartRef", "name"):
        of = text_at(release.body, "spec", "chartRef", "name")
        found = [one for kind in SOURCES for one in world.by_name.get((kind, of), ())]
        name = text_at(found[0].body, "spec", "url").rstrip("/").rpartition("/")[2] if len(found) == 1 else ""
        name = name or (text_at(found[0].body, "spec", "chart") if len(found) == 1 else "")
    return "istio-base" if name == "base" and "istio" in f"{of} {release.ref.name}" else name


@once
def setter(world: World) -> str:
    """What in the tree seems to set the cluster up before Flux comes, by its name; "" for nothing."""
    place = world.delivery.inventory.place if world.delivery is not None else None
    if place is None:
        return ""
    names = sorted(place.names())
    return next((name for name in names if name.lstrip(".").lower().startswith(SETTERS) or name.endswith(".tf")), "")
