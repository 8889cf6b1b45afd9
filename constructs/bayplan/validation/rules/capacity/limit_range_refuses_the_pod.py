"""A LimitRange refuses the pods of a workload.

The API server compares every container, and the pod as a whole, with the least and the most that the namespace admits,
after the defaults are in: the Deployment is accepted, and has no pods. Ask for what is admitted, or change the
LimitRange.

Source: <https://kubernetes.io/docs/concepts/policy/limit-range/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.amounts import amounts_in
from bayplan.validation.consumption import Consumption, consumption, containers_with_mesh, show
from bayplan.validation.fields import mapping_at, mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.limits import defaults_of, ranges_by_namespace
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: LimitRange
metadata: {name: chat, namespace: chat}
spec: {limits: [{type: Container, max: {memory: 4Gi}}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers:
        - name: chat
          image: registry.example.com/chat@sha256:0
          resources: {limits: {memory: 8Gi}}
"""
GOOD = BAD.replace("8Gi", "4Gi")

CLAIM = "PersistentVolumeClaim"


@rule(
    "CAP006",
    severity=Severity.DOWN,
    rows=("G3",),
    kinds=(*WORKLOAD_KINDS, CLAIM),
    fix="ask for what the LimitRange admits, or change it",
)
def limit_range_refuses_the_pod(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare containers, pods and claims with every LimitRange of the namespace."""
    for one in ranges_by_namespace(world).get(workload.ref.namespace, ()):
        for _, item in mappings_at(one.body, "spec", "limits"):
            kind = text_at(item, "type")
            if kind == CLAIM and workload.ref.kind == CLAIM:
                asked = amounts_in(mapping_at(workload.body, "spec", "resources", "requests"))
                for told in refusals(item, Consumption(asked, asked)):
                    yield Hit("/spec/resources/requests", f"{told}, as {one.ref} has it")
            for pod in world.pods.made_by(workload) if kind != CLAIM else ():
                for where, told in judge(item, kind, pod, world):
                    yield Hit(where, f"{told}, as {one.ref} has it")


def judge(item: dict[str, object], kind: str, pod: Pod, world: World) -> Iterator[tuple[str, str]]:
    """What one line of a LimitRange refuses in a pod: where, and in words."""
    if kind == "Pod":
        for told in refusals(item, consumption(pod, world)):
            yield pod.pointer, f"its pods {told}"
    given = defaults_of(pod.namespace, world).given
    for one in containers_with_mesh(pod, world) if kind == "Container" else ():
        said = given(one.body)
        for told in refusals(item, Consumption(amounts_in(said["requests"]), amounts_in(said["limits"]))):
            yield one.pointer, f"container {one.name} {told}"


def refusals(item: dict[str, object], used: Consumption) -> Iterator[str]:
    """What is less than the least, or more than the most, in words."""
    for name, least in sorted(amounts_in(mapping_at(item, "min")).items()):
        least_asked = used.requests.get(name)
        if least_asked is None:
            yield f"requests no {name}, at least {show(name, least)} is admitted"
        elif min(least_asked, used.limits.get(name, least_asked)) < least:
            yield f"asks for {show(name, least_asked)} of {name}, at least {show(name, least)} is admitted"
    for name, most in sorted(amounts_in(mapping_at(item, "max")).items()):
        limit = used.limits.get(name)
        if limit is None:
            yield f"has no limit of {name}, at most {show(name, most)} is admitted"
        elif (asked := max(limit, used.requests.get(name, 0))) > most:
            yield f"asks for {show(name, asked)} of {name}, at most {show(name, most)} is admitted"
    for name, ratio in sorted(amounts_in(mapping_at(item, "maxLimitRequestRatio")).items()):
        asked, limit = used.requests.get(name, 0), used.limits.get(name, 0)
        if not asked or not limit or limit * 1000 > ratio * asked:
            yield f"may use more of {name} than {ratio / 1000:g} times what it requests"
