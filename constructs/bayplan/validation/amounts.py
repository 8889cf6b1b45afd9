"""What a pod asks a node for, as the scheduler counts it.

Sources: <https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers>,
<https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#pod-level-resource-specification>
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any

from bayplan.spec.amount import parse
from bayplan.validation.fields import mapping_at

if TYPE_CHECKING:
    from fractions import Fraction

    from bayplan.validation.pods import Pod

Amounts = dict[str, int]
"""Resource to thousandths of its unit, rounded up, as the scheduler counts CPU."""


@lru_cache(maxsize=4096, typed=True)
def exact(value: str | float) -> Fraction:
    """An amount as Kubernetes reads it; ValueError for none. A tree holds few different ones, many times."""
    return parse(value)


def amount(value: Any) -> Fraction | None:  # noqa: ANN401 - what stands in the file
    """The same, or None for what is no amount: the schema tells that."""
    try:
        return exact(value)
    except (ValueError, TypeError):
        return None


@lru_cache(maxsize=4096, typed=True)
def thousandths(value: str | float) -> int:
    """The same in thousandths, rounded up."""
    return ceil(exact(value) * 1000)


def requests_of(pod: Pod) -> Amounts:
    """Resource to amount for one pod.

    What is said for the pod as a whole goes before what its containers ask for; the overhead of its runtime comes on
    top.
    """
    whole = requested_by_containers(pod) | asked_in(pod.spec.get("resources"))
    return plus(whole, amounts_in(mapping_at(pod.spec, "overhead")))


def requested_by_containers(pod: Pod) -> Amounts:
    """Containers and sidecars count together; an init container counts alone with the sidecars before it, if more."""
    running: Amounts = {}
    peak: Amounts = {}
    for container in pod.containers:
        asked = asked_in(container.body.get("resources"))
        if container.role == "init":
            peak = most(peak, plus(running, asked))
        else:
            running = plus(running, asked)
    return most(running, peak)


def asked_in(resources: object) -> Amounts:
    """Requests; what is only limited is requested in the same amount."""
    return amounts_in(mapping_at(resources, "limits")) | amounts_in(mapping_at(resources, "requests"))


def amounts_in(body: dict[str, Any]) -> Amounts:
    """The amounts of a mapping; what is no amount is left to the schema."""
    found: Amounts = {}
    for name, value in body.items():
        try:
            found[str(name)] = thousandths(value)
        except (ValueError, TypeError):
            continue
    return found


def plus(some: Amounts, more: Amounts) -> Amounts:
    """Both together."""
    return some | {name: some.get(name, 0) + value for name, value in more.items()}


def most(some: Amounts, other: Amounts) -> Amounts:
    """The larger of each."""
    return some | {name: max(some.get(name, 0), value) for name, value in other.items()}
