"""A VerticalPodAutoscaler asks for what cannot be.

Its admission webhook turns the object down, and Flux applies nothing of its Kustomization: amounts that no container
can have, more than one recommender, a policy for updates that does not say which. What names no workload, or one that a
second VerticalPodAutoscaler has too, is taken and does nothing: of two the older one alone acts. Correct the amounts,
and leave one for each workload.

Source: <https://github.com/kubernetes/autoscaler/blob/vertical-pod-autoscaler-1.7.0/vertical-pod-autoscaler/pkg/admission-controller/resource/vpa/validation.go>,
<https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/known-limitations.md>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.ref import Ref
from bayplan.validation.amounts import amount
from bayplan.validation.charts import is_of_a_chart
from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, value_at, whole_at
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import group_of, kind_of_ref
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

    Body = dict[str, Any]

BAD = """
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: chat, namespace: chat}
spec:
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: chat}
  updatePolicy: {updateMode: "Off"}
  resourcePolicy:
    containerPolicies: [{containerName: "*", minAllowed: {memory: 2Gi}, maxAllowed: {memory: 1Gi}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("memory: 1Gi", "memory: 4Gi")
KIND = "VerticalPodAutoscaler.autoscaling.k8s.io"
FINEST = {"cpu": 1000, "memory": 1}
"""Parts of a core, and of a byte, that can be counted."""


@rule(
    "SCL030",
    severity=Severity.SYNC,
    rows=("H1", "H8"),
    kinds=(KIND,),
    fix="correct the amounts, and leave one for each workload",
)
def vertical_autoscaler_is_refused(vertical: Manifest, world: World) -> Iterator[Hit]:
    """Judge its policies, then look for its target and for another of it."""
    spec = mapping_at(vertical.body, "spec")
    policy = mapping_at(spec, "updatePolicy")
    least = whole_at(policy, "minReplicas")
    if least is not None and least < 1:
        yield Hit("/spec/updatePolicy/minReplicas", f"is {least}, and must be at least 1")
    if "updatePolicy" in spec and not policy.get("updateMode"):
        yield Hit("/spec/updatePolicy", "does not say how pods are changed: updateMode")
    if len(mappings_at(spec, "recommenders")) > 1:
        yield Hit("/spec/recommenders", "names more than one recommender")
    for number, one in mappings_at(spec, "resourcePolicy", "containerPolicies"):
        yield from _container(one, f"/spec/resourcePolicy/containerPolicies/{number}")
    yield from _target(vertical, world)


def _container(policy: Body, at: str) -> Iterator[Hit]:
    low, high = mapping_at(policy, "minAllowed"), mapping_at(policy, "maxAllowed")
    for name, least in low.items():
        some, most = amount(least), amount(high.get(name))
        if some is not None and most is not None and most < some:
            yield Hit(f"{at}/maxAllowed/{name}", f"at most {high[name]} {name} is less than at least {least}")
    for part, said in (("minAllowed", low), ("maxAllowed", high)):
        for name, value in said.items():
            much = amount(value) if name in FINEST else None
            if much is not None and (much * FINEST[name]).denominator != 1:
                unit = "milli-CPUs" if name == "cpu" else "bytes"
                yield Hit(f"{at}/{part}/{name}", f"{value} are no whole {unit}")
    if text_at(policy, "mode") == "Off" and text_at(policy, "controlledValues") == "RequestsAndLimits":
        yield Hit(f"{at}/controlledValues", "says what to change of a container that is left alone (mode: Off)")


def _target(vertical: Manifest, world: World) -> Iterator[Hit]:
    target = target_of(vertical)
    if not (target.name and target.kind) or is_variable(target.kind + target.name):
        return
    lack = world.lack(kind_of_ref(target), target.namespace, target.name)
    if lack is not None and not is_of_a_chart(world, target.namespace, (target.name,)):
        yield Hit("/spec/targetRef", f"is for {target}, which does not exist{lack.doubt}", lack.status)
    others = [
        one.ref.name for one in world.by_kind.get(KIND, ()) if one.ref != vertical.ref and target_of(one) == target
    ]
    if others:
        yield Hit("/spec/targetRef", f"is for {target}, and so is {', '.join(sorted(others))}: only the older one acts")


def target_of(vertical: Manifest) -> Ref:
    """The workload whose requests it judges."""
    aim = value_at(vertical.body, "spec", "targetRef")
    return Ref(group_of(text_at(aim, "apiVersion")), text_at(aim, "kind"), vertical.ref.namespace, text_at(aim, "name"))
