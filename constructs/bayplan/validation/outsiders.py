"""Who else may own what is missing from a tree.

Charts, operators and other repositories make objects that no file shows. A rule that misses something asks here first;
where somebody else may have made it, the answer is "unknown", never "broken".
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import is_variable, mapping_at, text_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.makers import HARMLESS_GROUPS, MAKES
from bayplan.validation.syncs import SYNC_KINDS
from bayplan.validation.templates.table import PLAIN_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.settings import Made

SYSTEM_NAMESPACES = frozenset({"kube-system", "kube-public", "kube-node-lease"})
CHART_GROUPS = frozenset({"helm.toolkit.fluxcd.io", "helm.cattle.io"})
GIVEN = frozenset(
    {
        ("ServiceAccount", "default"),  # the service account controller makes it in every namespace
        ("ConfigMap", "kube-root-ca.crt"),  # so does the root CA publisher
        ("ConfigMap", "istio-ca-root-cert"),  # istiod, in every namespace of the mesh
        ("ConfigMap", "openshift-service-ca.crt"),
    }
)
"""Kind and name of what exists in every namespace."""

FLUX_GROUPS = (".toolkit.fluxcd.io", ".controlplane.io")
FLUX_HOME = "flux-system"
OF_FLUX = frozenset({"Pod", "Service"})
"""What others look for of all that `flux bootstrap` and the Flux Operator make where Flux lives."""

COPIERS = ("reflector.v1.k8s.emberstack.com/", "replicator.v1.mittwald.de/")
"""Annotations of controllers that copy ConfigMaps and Secrets to other namespaces."""


class Maker(NamedTuple):
    """Somebody who may make objects."""

    kinds: frozenset[str] | None
    """Which; None for any."""
    who: str
    """In words."""
    is_chart: bool = False
    """Charts hold no work for Flux: what it waits for is not theirs."""

    def may_make(self, kind: str) -> bool:
        """Whether an object of a kind may be theirs."""
        return kind in self.kinds if self.kinds is not None else not (self.is_chart and kind in SYNC_KINDS)


class Outsiders:
    """The makers of one tree, by the namespace in which they make things."""

    def __init__(
        self, manifests: Iterable[Manifest], gaps: Sequence[str], more: Mapping[str, tuple[Made, ...]] | None = None
    ) -> None:
        """`more` is what users say that controllers make, by the kind that they make it for."""
        self._more = more or {}
        self._anywhere: list[Maker] = [Maker(None, gap) for gap in gaps]
        self._in_namespace: dict[str, list[Maker]] = defaultdict(list)
        self._charts: list[Maker] = []
        """Charts, wherever they are installed: they bring cluster-wide objects, too."""
        self._namespaces: set[str] = {""}
        self._has_flux = False
        for manifest in manifests:
            ref = manifest.ref
            self._has_flux = self._has_flux or f".{ref.group}".endswith(FLUX_GROUPS)
            self._namespaces.add(ref.name if kind_of(manifest) == "Namespace" else ref.namespace)
            self._note(manifest)

    def may_make(self, kind: str, namespace: str) -> str:
        """Who may make objects of a kind in a namespace, in words; "" if nobody does that we know of."""
        if namespace in SYSTEM_NAMESPACES:
            return f"{namespace} is the cluster's own namespace"
        if namespace not in self._namespaces:
            return f"this tree has nothing in namespace {namespace}"
        if namespace == FLUX_HOME and self._has_flux and kind in OF_FLUX:
            return "Flux itself is installed there"
        makers = [*self._in_namespace.get(namespace, ()), *self._anywhere, *(() if namespace else self._charts)]
        return next((maker.who for maker in makers if maker.may_make(kind)), "")

    def _note(self, manifest: Manifest) -> None:
        kind, ref = kind_of(manifest), manifest.ref
        if kind in PLAIN_KINDS:
            return  # its pods are known
        if kind in self._more:
            kinds: frozenset[str] | None = frozenset(made.kind for made in self._more[kind] if not made.name)
        elif ref.group in HARMLESS_GROUPS and kind not in MAKES:
            if ref.kind in ("ConfigMap", "Secret") and is_copied(manifest):
                self._anywhere.append(Maker(frozenset({ref.kind}), f"{ref} is copied to other namespaces"))
            return
        else:
            kinds = MAKES.get(kind, MAKES.get(f"*.{ref.group}"))
        if kinds is not None and not kinds:
            return
        where = text_at(manifest.body, "spec", "targetNamespace") or ref.namespace
        maker = Maker(kinds, f"{ref} may make it", is_chart=ref.group in CHART_GROUPS)
        self._charts += [maker] if maker.is_chart else []
        if where and not is_variable(where):
            self._in_namespace[where].append(maker)
            self._namespaces.add(where)
        else:
            self._anywhere.append(maker)


def is_copied(manifest: Manifest) -> bool:
    """Whether a controller copies the object to other namespaces."""
    annotations = mapping_at(manifest.body, "metadata", "annotations")
    return any(str(key).startswith(COPIERS) for key in annotations)
