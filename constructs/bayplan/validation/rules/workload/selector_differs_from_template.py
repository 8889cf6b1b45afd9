"""The selector of a workload does not match its own pods.

The API server refuses the object, and Flux stops with everything that is applied with it: a controller whose pods do
not match would make new ones for ever. Usually a label was renamed on one side only. The selector of what already runs
cannot be changed, so put the label of the selector back into the template.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector>,
<https://kubernetes.io/docs/concepts/workloads/controllers/job/#specifying-your-own-pod-selector>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation import selectors
from bayplan.validation.claims import is_plain_match, selector_of
from bayplan.validation.fields import is_variable, mapping_at, text_at, texts_at, value_at
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.selectors import Selector
    from bayplan.validation.world import World

BAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chatt}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("chatt", "chat")


@rule(
    "WRK001",
    severity=Severity.SYNC,
    rows=("W1",),
    kinds=(
        *("DaemonSet.apps", "Deployment.apps", "Job.batch", "ReplicaSet.apps", "ReplicationController"),
        *("Rollout.argoproj.io", "StatefulSet.apps", "CloneSet.apps.kruise.io", "StatefulSet.apps.kruise.io"),
        "DeploymentConfig.apps.openshift.io",
    ),
    fix="give the pod template the labels that the selector asks for",
)
def selector_differs_from_template(workload: Manifest, _: World) -> Iterator[Hit]:
    """Match the selector with the labels of the template, as the API server does."""
    if kind_of(workload) == "Job.batch" and value_at(workload.body, "spec", "manualSelector") is not True:
        if mapping_at(workload.body, "spec", "selector"):
            message = "has a selector, which Kubernetes makes itself unless `manualSelector` is true"
            yield Hit("/spec/selector", message)
        return
    if is_plain_match(workload):
        return
    selector, template = selector_of(workload), mapping_at(workload.body, "spec", "template")
    if selector is None or not template:
        return  # a missing one is told by the schema; a Rollout may borrow its template
    if selector == selectors.Selector():
        if kind_of(workload).endswith(".apps"):
            yield Hit("/spec/selector", "has an empty selector, which is refused")
        return
    labels = texts_at(template, "metadata", "labels")
    if selector.admits(labels) or is_open(selector, labels, template):
        return
    where = "/spec/selector" + pointer(*key_of(selector, labels, workload))
    carried = ", ".join(f"{key}={value}" for key, value in sorted(labels.items())) or "no labels"
    yield Hit(where, f"selects {selector}, and the pods of its template carry {carried}")


def is_open(selector: Selector, labels: dict[str, str], template: dict[str, object]) -> bool:
    """Whether labels or keys are completed later."""
    values = [word for pair in (*selector.labels, *labels.items()) for word in pair]
    return any(map(is_variable, values)) or bool(text_at(template, "metadata", "labels"))


def key_of(selector: Selector, labels: dict[str, str], workload: Manifest) -> tuple[str, ...]:
    """Where in the selector the first label stands that the template lacks."""
    lacking = next((key for key, value in selector.labels if labels.get(key) != value), None)
    if lacking is None:
        return ()
    return ("matchLabels", lacking) if value_at(workload.body, "spec", "selector", "matchLabels") else (lacking,)
