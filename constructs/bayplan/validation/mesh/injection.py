"""Which pods get a proxy from Istio's webhook.

The webhook's selectors decide first (labels of the namespace, then of the pod), then istiod itself (host network,
system namespaces, the annotation). All of it is known from the tree, except labels that somebody else puts on a
namespace.

Source: <https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#controlling-the-injection-policy>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, texts_at, value_at, words_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

INJECTION = "istio-injection"
REVISION = "istio.io/rev"
INJECT = "sidecar.istio.io/inject"
DATAPLANE = "istio.io/dataplane-mode"
REDIRECTED = "ambient.istio.io/redirection"
"""Annotation by which istio-cni says that it has done its work: seen in objects read from a cluster."""
TEMPLATES = "inject.istio.io/templates"
NONE: Mapping[str, str] = {}
NEVER = frozenset({"kube-node-lease", "kube-public", "kube-system", "local-path-storage"})
"""Namespaces that istiod leaves alone, whatever their labels."""


class Injection:
    """What the tree says about injection: labels of namespaces, installed revisions, whether there is a mesh."""

    def __init__(self, world: World) -> None:
        self._labels: dict[str, dict[str, str]] = {}
        self._open: set[str] = set()
        """Namespaces whose labels are completed on the way."""
        for namespace in world.by_kind.get("Namespace", ()):
            name = namespace.ref.name
            self._labels[name] = {**self._labels.get(name, {}), **texts_at(namespace.body, "metadata", "labels")}
            if world.draft_of(namespace):
                self._open.add(name)
        self.told: dict[int, bool | None] = {}
        """What was found out of a kind of pods, by its identity."""
        self.is_absent = world.cluster is not None and "istio" not in world.cluster.controllers
        """Whether the cluster surely has no Istio."""

    def labels_of(self, namespace: str) -> Mapping[str, str] | None:
        """The labels of a namespace; None where no file has it."""
        return self._labels.get(namespace)

    def is_ambient(self, namespace: str) -> bool:
        """Whether a namespace is in ambient mode: labelled so, and for no sidecars."""
        labels = self._labels.get(namespace, {})
        return labels.get(DATAPLANE) == "ambient" and labels.get(INJECTION) != "enabled" and not labels.get(REVISION)

    def of_namespace(self, namespace: str, pod_labels: Mapping[str, str]) -> bool | None:
        """What the webhook's selectors make of a pod; None where the namespace may get other labels."""
        labels = self._labels.get(namespace)
        wish = pod_labels.get(INJECT, "")
        if wish == "false":
            return False
        if labels is None:
            return True if wish == "true" or REVISION in pod_labels else None
        if INJECTION in labels:
            return labels[INJECTION] == "enabled" if not is_variable(labels[INJECTION]) else None
        if REVISION in labels or REVISION in pod_labels or wish == "true":
            return True
        return None if namespace in self._open else False


def is_injected(pod: Pod, world: World) -> bool | None:
    """Whether the pods of a template get a proxy (a sidecar, or a gateway's proxy); None where it cannot be told."""
    told = world.injection.told
    if id(pod) not in told:
        told[id(pod)] = find_out(pod, world)
    return told[id(pod)]


def find_out(pod: Pod, world: World) -> bool | None:
    """The same, from the labels and what istiod looks at besides."""
    if brings_proxy(pod) and not world.injection.is_absent:
        return True
    if world.injection.is_absent or pod.spec.get("hostNetwork") is True or pod.namespace in NEVER:
        return False
    if INJECT not in pod.labels and annotations_of(pod).get(INJECT) == "false":
        return False
    if is_variable(pod.namespace) or is_variable(pod.labels.get(INJECT, "")):
        return None
    return world.injection.of_namespace(pod.namespace, pod.labels)


def brings_proxy(pod: Pod) -> bool:
    """Whether the template itself holds the proxy, as `istioctl kube-inject` and Istio's own gateways have it."""
    return any(
        text_at(one, "name") == "istio-proxy"
        and text_at(one, "image") not in ("", "auto")
        and "proxy" in words_at(one, "args")
        for _, one in mappings_at(pod.spec, "containers")
    )


def is_ambient(pod: Pod, world: World) -> bool | None:
    """Whether ztunnel carries the pods' traffic: in an ambient namespace, without a sidecar of their own."""
    if world.injection.is_absent or pod.spec.get("hostNetwork") is True:
        return False
    if annotations_of(pod).get(REDIRECTED) == "enabled":
        return True
    wish = pod.labels.get(DATAPLANE, "")
    if wish:
        return wish == "ambient" and is_injected(pod, world) is not True
    labels = world.injection.labels_of(pod.namespace)
    if labels is None:
        return None
    return labels.get(DATAPLANE) == "ambient" and is_injected(pod, world) is not True


def is_in_mesh(pod: Pod, world: World) -> bool | None:
    """Whether others can reach the pods with the mesh's mutual TLS: by a sidecar, or by ztunnel."""
    injected, ambient = is_injected(pod, world), is_ambient(pod, world)
    if injected or ambient:
        return True
    return None if injected is None or ambient is None else False


def is_member(labels: Mapping[str, str]) -> bool:
    """Whether the labels of a namespace or of pods ask for a proxy or for ztunnel."""
    return (
        labels.get(INJECTION) == "enabled"
        or REVISION in labels
        or labels.get(DATAPLANE) == "ambient"
        or labels.get(INJECT) == "true"
    )


def annotations_of(pod: Pod) -> Mapping[str, str]:
    """The annotations of the template, those that are text."""
    if not pod.annotations:
        return NONE
    return {key: value for key, value in pod.annotations.items() if isinstance(key, str) and isinstance(value, str)}


def annotations_pointer(pod: Pod) -> str:
    """JSON pointer of the annotations of the template in its owner."""
    return pod.pointer.removesuffix("/spec") + pointer("metadata", "annotations")


def is_gateway(pod: Pod) -> bool:
    """Whether the injected proxy is the pod itself: a gateway, and no sidecar of an application."""
    return "gateway" in (pod.labels.get(TEMPLATES) or annotations_of(pod).get(TEMPLATES, "")).split(",")


@once
def has_cni(world: World) -> bool | None:
    """Whether istio-cni takes the place of the `istio-init` container; None where the tree does not show it."""
    if world.cluster is not None and "istio-cni" in world.cluster.controllers:
        return True
    if any(one.ref.name == "istio-cni-node" for one in world.by_kind.get("DaemonSet.apps", ())):
        return True
    if any(text_at(chart.body, "spec", "chart", "spec", "chart") == "cni" for chart in charts(world)):
        return True
    return False if istiods(world) else None


def charts(world: World) -> tuple[Manifest, ...]:
    """The charts that Flux installs."""
    return world.by_kind.get("HelmRelease.helm.toolkit.fluxcd.io", ())


@once
def istiods(world: World) -> tuple[Manifest, ...]:
    """What installs control planes of Istio, as far as it is in the tree."""
    found = [one for one in world.by_kind.get("Deployment.apps", ()) if is_istiod(one)]
    found += [one for one in charts(world) if text_at(one.body, "spec", "chart", "spec", "chart") == "istiod"]
    found += world.by_kind.get("IstioOperator.install.istio.io", ())
    found += world.by_kind.get("Istio.sailoperator.io", ())
    return tuple(found)


def is_istiod(deployment: Manifest, *, by_itself: bool = False) -> bool:
    """Whether a Deployment runs the control plane: by the labels of its pods, or `by_itself` by its own too."""
    labels = texts_at(mapping_at(deployment.body, "spec", "template"), "metadata", "labels")
    own = texts_at(deployment.body, "metadata", "labels") if by_itself else {}
    return "istiod" in (labels.get("app"), own.get("app"))


@once
def revisions(world: World) -> frozenset[str] | None:
    """The revisions and tags that pods can ask for; None where the tree does not install Istio, or not all of it."""
    if not istiods(world):
        return None
    return frozenset(name for one in world.inventory.manifests for name in names_revisions(one))


def names_revisions(manifest: Manifest) -> Iterator[str]:
    """The revisions and tags that one object brings."""
    kind, body = kind_of(manifest), manifest.body
    labels = texts_at(body, "metadata", "labels")
    if kind == "Deployment.apps" and is_istiod(manifest):
        yield labels.get(REVISION) or texts_at(body, "spec", "template", "metadata", "labels").get(REVISION, "default")
    elif kind == "MutatingWebhookConfiguration.admissionregistration.k8s.io":
        yield from (labels[key] for key in (REVISION, "istio.io/tag") if key in labels)
    elif kind == "HelmRelease.helm.toolkit.fluxcd.io" and text_at(body, "spec", "chart", "spec", "chart") == "istiod":
        yield text_at(body, "spec", "values", "revision") or "default"
        tags = value_at(body, "spec", "values", "revisionTags")
        yield from (tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    elif kind == "IstioOperator.install.istio.io":
        yield text_at(body, "spec", "revision") or "default"
    elif kind in ("Istio.sailoperator.io", "IstioRevision.sailoperator.io", "IstioRevisionTag.sailoperator.io"):
        yield manifest.ref.name
