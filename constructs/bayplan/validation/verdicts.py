"""What the schemas say of an object, asked once for all the rules that tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.schema.judge import judge, step
from bayplan.validation.schema.library import crd_kinds
from bayplan.validation.schema.tree import TreeCrds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.spec.cluster import Cluster
    from bayplan.validation.rule import Hit

NEWEST = "1.37"
"""Kubernetes by whose schemas a tree is judged whose cluster is not known."""
FLUX = "2.9"
"""Whose controllers' modules are pinned in schemas/sources.yaml: they have versions of their own."""


class Verdicts:
    """The schemas' verdicts on the objects of one cluster."""

    def __init__(self, kubernetes: str, crds: Iterable[Manifest] = ()) -> None:
        self._kubernetes = kubernetes
        self.crds = TreeCrds(crds)
        """CRDs of the tree itself."""
        self._told: dict[int, tuple[tuple[str, Hit], ...]] = {}

    def of(self, manifest: Manifest, code: str) -> Iterator[Hit]:
        """What one rule has to tell of an object."""
        key = id(manifest)
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = tuple(judge(manifest, kubernetes=self._kubernetes, crds=self.crds))
        return iter([hit for found, hit in told if found == code] if told else ())

    def of_step(self, manifest: Manifest, earlier: Manifest) -> Iterator[Hit]:
        """What CEL rules with `oldSelf` say of the step from an earlier object to this one."""
        return step(manifest, earlier, kubernetes=self._kubernetes, crds=self.crds)

    def doubt_of_version(self, manifest: Manifest, cluster: Cluster | None) -> str:
        """Why it is not known which versions of a kind a cluster serves; "" where it is known."""
        group, kind = manifest.ref.group, manifest.ref.kind
        if self.crds.about(group, kind):
            return ""
        if cluster is None:
            return f"in Kubernetes {self._kubernetes}; the version of this cluster is not known"
        module = crd_kinds().get(group, {}).get(kind, {}).get("module", "")
        if not module:
            return ""
        path, _, pinned = module.partition("@v")
        installed = [(name, said) for name, said in cluster.controllers.items() if name in path]
        if not installed:
            return "the cluster does not say which version it has"
        name, said = installed[-1]
        is_same = said == FLUX if name == "flux" else (pinned + ".").startswith(said + ".")
        return "" if is_same else f"the cluster has {name} {said}"
