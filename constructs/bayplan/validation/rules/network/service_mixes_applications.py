"""A Service sends to the pods of two applications.

Its selector is wider than was meant: every other request goes to pods that know nothing of it. That happens when a
label such as `part-of` is all that is selected, or when the pods of a job carry the labels of the server. Pods without
the named port get nothing and do no harm; two versions of one application are what canaries and blue-green releases
are made of, and a headless Service only lists its pods. Select by the label that only the right pods carry.

Source: <https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation import selectors
from bayplan.validation.fields import text_at, texts_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.once import once
from bayplan.validation.pairs import meeting
from bayplan.validation.receiving import Target, is_same_application, receives, targets_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.selectors import Selector
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: chat}
spec:
  selector: {app.kubernetes.io/part-of: chat}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: chat, labels: {app.kubernetes.io/part-of: chat, app.kubernetes.io/name: web}}
spec:
  containers: [{name: web, image: "registry.example.com/web@sha256:0", ports: [{name: http, containerPort: 80}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: model, namespace: chat, labels: {app.kubernetes.io/part-of: chat, app.kubernetes.io/name: model}}
spec:
  containers: [{name: model, image: "registry.example.com/model@sha256:0", ports: [{name: http, containerPort: 80}]}]
"""
GOOD = BAD.replace("part-of: chat}\n  ports", "name: web}\n  ports")


@rule(
    "NET003",
    severity=Severity.DOWN,
    rows=("S3",),
    kinds=("Service",),
    confidence=Confidence.MEDIUM,
    fix="select by a label that only the pods of the right application carry",
)
def service_mixes_applications(service: Manifest, world: World) -> Iterator[Hit]:
    """Compare the pods that get traffic: whose they are, and whether they listen there."""
    labels = texts_at(service.body, "spec", "selector")
    if not labels or text_at(service.body, "spec", "clusterIP") == "None":
        return
    selector, namespace = selectors.of_labels(labels), service.ref.namespace
    pods = world.pods.selected(namespace, selector)
    if len(pods) < 2:
        return
    known = mixtures(world)
    for target in targets_of(service):
        key = (namespace, selector, target)
        if key not in known:
            known[key] = mixed(target, [pod for pod in pods if receives(pod, target)])
        found = known[key]
        sure = meeting(found.one.owner, found.other.owner, world) if found else None
        if found and sure is not None:
            told = f"selects {selector}: {found.told}{sure.doubt}"
            yield Hit("/spec/selector", told, sure.status)
            return


class Mixture(NamedTuple):
    """Two kinds of pods that do not belong together behind one port."""

    one: Pod
    other: Pod
    told: str
    """Why, in words."""


@once
def mixtures(_: World) -> dict[tuple[str, Selector, Target], Mixture | None]:
    """What is found for a selector in a namespace, for each target: many Services may have the same."""
    return {}


def mixed(target: Target, pods: Sequence[Pod]) -> Mixture | None:
    """Pods that do not belong together behind one port; None if all do."""
    serving = [pod for pod in pods if target.is_declared(pod)]
    if not serving:
        return None
    first = serving[0]
    for pod in pods:
        if pod.owner.ref == first.owner.ref:
            continue
        if not is_same_application(first, pod):
            told = f"{target} of {first.owner.ref} and of {pod.owner.ref}, which are two applications, get its traffic"
            return Mixture(first, pod, told)
        if target.is_surely_closed(pod):
            told = f"{pod.owner.ref} gets its traffic as {first.owner.ref} does, but does not listen on {target}"
            return Mixture(first, pod, told)
    return None
