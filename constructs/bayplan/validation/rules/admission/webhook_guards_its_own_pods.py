"""A webhook that must agree to every pod must agree to its own pods, too.

When all of its pods are gone, after a failure of their nodes or in an upgrade, it cannot be asked, and so no pod is
made ever again, its own neither: somebody has to delete the registration by hand. Leave its own namespace out with a
`namespaceSelector`, its own pods with an `objectSelector`, or say `failurePolicy: Ignore`.

Source: <https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/#avoid-self-mutation>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.ref import Ref
from bayplan.validation import selectors
from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at, words_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.served import services
from bayplan.validation.webhooks import WEBHOOKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: guard}
webhooks:
  - name: guard.example.com
    clientConfig: {service: {name: guard, namespace: guard}}
    rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
    namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}]}
    sideEffects: None
    admissionReviewVersions: [v1]
---
apiVersion: v1
kind: Service
metadata: {name: guard, namespace: guard}
spec:
  selector: {app: guard}
  ports: [{name: https, port: 443}]
---
apiVersion: v1
kind: Pod
metadata: {name: guard, namespace: guard, labels: {app: guard}}
spec:
  containers: [{name: guard, image: "registry.example.com/guard@sha256:0", ports: [{containerPort: 443}]}]
"""
GOOD = BAD.replace("[kube-system]", "[kube-system, guard]")
NAME = "kubernetes.io/metadata.name"


@rule(
    "ADM003",
    severity=Severity.SYNC,
    rows=("R3",),
    kinds=WEBHOOKS,
    confidence=Confidence.MEDIUM,
    fix="leave out its own namespace with a namespaceSelector",
)
def webhook_guards_its_own_pods(registration: Manifest, world: World) -> Iterator[Hit]:
    """Ask of every webhook that may refuse whether it sees the pods behind its own Service."""
    for index, webhook in mappings_at(registration.body, "webhooks"):
        if webhook.get("failurePolicy", "Fail") != "Fail" or webhook.get("matchConditions") or not sees_pods(webhook):
            continue
        service = mapping_at(webhook, "clientConfig", "service")
        namespace, name = text_at(service, "namespace"), text_at(service, "name")
        own = pods_behind(world, namespace, name)
        if own and may_see(webhook, own[0], world):
            message = f"webhook {text_at(webhook, 'name')} sees its own pods ({own[0].owner.ref}), and refuses them"
            yield Hit(f"/webhooks/{index}", f"{message} when none of them answers")


def sees_pods(webhook: dict[str, Any]) -> bool:
    """Whether its rules are about new pods."""
    for _, one in mappings_at(webhook, "rules"):
        groups, kinds, verbs = (words_at(one, key) for key in ("apiGroups", "resources", "operations"))
        is_asked = bool({"*", "CREATE"} & {*verbs}) and bool({"", "*"} & {*groups})
        if is_asked and {"pods", "*", "*/*", "pods/*"} & {*kinds} and one.get("scope") != "Cluster":
            return True
    return False


def pods_behind(world: World, namespace: str, name: str) -> tuple[Pod, ...]:
    """The pods that a Service leads to."""
    for service in services(world, namespace, name):
        labels = texts_at(service.body, "spec", "selector")
        if labels:
            return world.pods.selected(namespace, selectors.of_labels(labels))
    return ()


def may_see(webhook: dict[str, Any], pod: Pod, world: World) -> bool:
    """Whether its selectors select a pod and its namespace, whose labels must be in the tree if they are asked for."""
    objects = selectors.read(webhook, "objectSelector")
    if objects is not None and not objects.admits(pod.labels):
        return False
    wanted = selectors.read(webhook, "namespaceSelector")
    if wanted is None:
        return True
    found = world.inventory.by_ref.get(Ref("", "Namespace", "", pod.namespace), ())
    keys = {key for key, _ in wanted.labels} | {one.key for one in wanted.requirements}
    if not found and keys - {NAME}:
        return False  # somebody else labels the namespace
    labels = texts_at(found[0].body, "metadata", "labels") if found else {}
    return wanted.admits(labels | {NAME: pod.namespace})
