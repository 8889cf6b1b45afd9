"""What pods use up of a quota: their requests and limits once the namespace's defaults and the mesh's sidecar are in.

As Kubernetes 1.37 counts it (pkg/quota/v1/evaluator/core/pods.go).

Source: <https://kubernetes.io/docs/concepts/policy/resource-quotas/>
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.amounts import Amounts, amounts_in, most, plus
from bayplan.validation.fields import mapping_at
from bayplan.validation.limits import defaults_of
from bayplan.validation.mesh.sidecar import sidecar_of
from bayplan.validation.once import once

if TYPE_CHECKING:
    from bayplan.validation.pods import Container, Pod
    from bayplan.validation.world import World

BYTES = ("memory", "storage", "hugepages")


class Consumption(NamedTuple):
    """What one pod uses up."""

    requests: Amounts
    limits: Amounts


def containers_with_mesh(pod: Pod, world: World) -> tuple[Container, ...]:
    """The containers of a pod as it will run, those of the mesh among them."""
    own = {one.name for one in pod.containers}
    return (*(one for one in sidecar_of(pod, world) if one.name not in own), *pod.containers)


def consumption(pod: Pod, world: World) -> Consumption:
    """Requests and limits of one pod: its own, those of its sidecars, and the peak of its init containers."""
    known = consumed(world)
    if pod not in known:
        known[pod] = _consumption(pod, world)
    return known[pod]


@once
def consumed(_: World) -> dict[Pod, Consumption]:
    """What is known of pods: every quota and range of their namespace asks."""
    return {}


def _consumption(pod: Pod, world: World) -> Consumption:
    given = defaults_of(pod.namespace, world).given
    resources = [(one.role, given(one.body)) for one in containers_with_mesh(pod, world)]
    overhead = amounts_in(mapping_at(pod.spec, "overhead"))
    whole = mapping_at(pod.spec, "resources")
    limits = summed([(role, amounts_in(part["limits"])) for role, part in resources])
    limits |= amounts_in(mapping_at(whole, "limits"))
    requests = summed([(role, amounts_in(part["requests"])) for role, part in resources])
    requests |= amounts_in(mapping_at(whole, "limits")) | amounts_in(mapping_at(whole, "requests"))
    return Consumption(plus(requests, overhead), limits)


def summed(parts: list[tuple[str, Amounts]]) -> Amounts:
    """Containers and sidecars count together; an init container alone with the sidecars before it, if that is more."""
    running: Amounts = {}
    peak: Amounts = {}
    for role, amounts in parts:
        if role == "init":
            peak = most(peak, plus(running, amounts))
        else:
            running = plus(running, amounts)
    return most(running, peak)


def show(resource: str, amount: int) -> str:
    """An amount in thousandths as a person would write it."""
    if any(word in resource for word in BYTES):
        mebibytes = ceil(amount / (1000 * 2**20))
        return f"{mebibytes // 1024}Gi" if mebibytes and mebibytes % 1024 == 0 else f"{mebibytes}Mi"
    return str(amount // 1000) if amount % 1000 == 0 else f"{amount}m"
