"""A PodDisruptionBudget never lets a pod go.

A drain waits for ever: the node is not upgraded, not repaired and not given back, until somebody deletes the budget or
the pod by hand. Counted is the lowest number of replicas: that of the workload, or the minimum of its autoscaler
(KEDA's too). Let one pod go (`maxUnavailable: 1`), or run one more than must stay.

Source: <https://kubernetes.io/docs/tasks/run-application/configure-pdb/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.budget import evictions_allowed
from bayplan.validation.budgets import BUDGET, WITHOUT_SCALE, fewest, guarded
from bayplan.validation.fields import mapping_at
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: chat, namespace: chat}
spec:
  minAvailable: 50%
  selector: {matchLabels: {app: chat}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  replicas: 1
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("replicas: 1", "replicas: 2")

MANY = 10_000


@rule(
    "DRN001",
    severity=Severity.RISK,
    rows=("P1",),
    kinds=(BUDGET,),
    fix="use maxUnavailable: 1, or run one replica more than must stay",
)
def budget_blocks_every_drain(budget: Manifest, world: World) -> Iterator[Hit]:
    """Count what may go when everything is healthy and the load is low."""
    spec = mapping_at(budget.body, "spec")
    key = "maxUnavailable" if "maxUnavailable" in spec else "minAvailable"
    amount = spec.get(key)
    if not isinstance(amount, int | str) or isinstance(amount, bool):
        return
    if allowed(key, amount, MANY) == 0 and not (key == "minAvailable" and isinstance(amount, int)):
        yield Hit(f"/spec/{key}", f"{key} {amount} lets no pod go, however many there are")
        return
    if is_relative(key, amount) and any(kind_of(pod.owner) in WITHOUT_SCALE for pod in guarded(budget, world)):
        return  # DRN004 says that this cannot be counted
    counted = workloads_of(budget, world)
    pods = sum(replicas for _, replicas in counted)
    if pods and allowed(key, amount, pods) == 0:
        names = ", ".join(f"{ref} ({replicas})" for ref, replicas in counted)
        yield Hit(f"/spec/{key}", f"{key} {amount} lets no pod go while {names} runs at its lowest number of replicas")


def is_relative(key: str, amount: int | str) -> bool:
    """Whether the budget needs to know how many pods there should be."""
    return key == "maxUnavailable" or isinstance(amount, str)


def allowed(key: str, amount: int | str, pods: int) -> int | None:
    """How many may go under the one or the other field."""
    if key == "maxUnavailable":
        return evictions_allowed(pods, min_available=None, max_unavailable=amount)
    return evictions_allowed(pods, min_available=amount, max_unavailable=None)


def workloads_of(budget: Manifest, world: World) -> list[tuple[str, int]]:
    """What a budget guards, with the fewest replicas of each; empty where that cannot be counted."""
    counted = [(str(pod.owner.ref), fewest(pod, world)) for pod in guarded(budget, world)]
    known = [(name, number) for name, number in counted if number is not None]
    return known if len(known) == len(counted) else []
