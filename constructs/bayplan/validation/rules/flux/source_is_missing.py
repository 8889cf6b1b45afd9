"""Flux is to take something from a source that does not exist.

A Kustomization or HelmRelease whose source is not there applies nothing and reports "Source not found". Sources are
looked up in its own namespace unless another is given.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#source-reference>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.flux.sources import GROUP
from bayplan.validation.rule import Hit, rule
from bayplan.validation.syncs import SYNC_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: chat, namespace: chat}
spec:
  interval: 1h
  chartRef: {kind: OCIRepository, name: chatt}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: chat, namespace: chat}
spec:
  interval: 1h
  url: oci://registry.example.com/charts/chat
  ref: {tag: 1.0.0}
"""
GOOD = BAD.replace("chatt", "chat")

PLACES = (("spec", "sourceRef"), ("spec", "chartRef"), ("spec", "chart", "spec", "sourceRef"))
OF_SETUP = "flux-system"
"""Made where Flux is set up, and in no file."""


@rule("FLX008", severity=Severity.SYNC, rows=("F6",), kinds=SYNC_KINDS, fix="name a source that is there")
def source_is_missing(sync: Manifest, world: World) -> Iterator[Hit]:
    """Look up every source. Where the tree has none of its kind, they are not kept here."""
    for path in PLACES:
        named = mapping_at(sync.body, *path)
        name, kind = text_at(named, "name"), f"{text_at(named, 'kind')}.{GROUP}"
        if not name or name == OF_SETUP or not world.by_kind.get(kind):
            continue
        namespace = text_at(named, "namespace") or sync.ref.namespace
        lack = world.lack(kind, namespace, name)
        if lack is not None:
            told = f"takes its {'chart' if 'hart' in path[1] else 'files'} from {text_at(named, 'kind')}"
            yield Hit("/" + "/".join(path), f"{told} {namespace}/{name}, which does not exist{lack.doubt}", lack.status)
