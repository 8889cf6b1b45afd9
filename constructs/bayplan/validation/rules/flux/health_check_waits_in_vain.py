"""Flux waits for the health of an object that does not exist.

The Kustomization is applied and then waits for what `healthChecks` names until its timeout ends. It never becomes
ready, and neither does what depends on it. Name an object that is there, with its kind, name and namespace.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#health-checks>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.delivery import FLUX
from bayplan.validation.fields import mappings_at, text_at, value_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.kinds import group_of
from bayplan.validation.lack import Lack
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
# file: flux/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 10m
  timeout: 5m
  path: ./apps
  prune: true
  healthChecks: [{apiVersion: v1, kind: ConfigMap, name: webb, namespace: web}]
  sourceRef: {kind: GitRepository, name: flux-system}
# file: apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: web}
""".lstrip()
GOOD = BAD.replace("webb", "web")

CHART = "HelmRelease.helm.toolkit.fluxcd.io"


@rule("FLX011", severity=Severity.SYNC, rows=("F6",), kinds=(FLUX,), fix="name an object that is there")
def health_check_waits_in_vain(sync: Manifest, world: World) -> Iterator[Hit]:
    """Look up what is waited for, unless Flux waits for everything and ignores the list."""
    if value_at(sync.body, "spec", "wait") is True or value_at(sync.body, "spec", "kubeConfig"):
        return
    for index, item in mappings_at(sync.body, "spec", "healthChecks"):
        group, kind = group_of(text_at(item, "apiVersion")), text_at(item, "kind")
        name, namespace = text_at(item, "name"), text_at(item, "namespace")
        lack = world.lack(f"{kind}.{group}" if group else kind, namespace, name) if kind and name else None
        if lack is not None and not namespace and world.by_kind.get(CHART):
            lack = Lack(Status.UNKNOWN, ", but a chart may bring it")
        if lack is not None:
            there = f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"
            told = f"waits for the health of {there}, which does not exist{lack.doubt}"
            yield Hit(pointer("spec", "healthChecks", index), told, lack.status)
