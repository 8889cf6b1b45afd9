"""What Flux is told of what serves models: well when all of it answers, and waited for until then."""

from __future__ import annotations

from typing import Any

import pytest

from bayplan.render.flux.health import HEALTH
from bayplan.validation.cel.compiler import Program
from bayplan.validation.cel.values import CelError

SERVICE, LLM, GROUPS = (
    ("serving.kserve.io", "InferenceService"),
    ("serving.kserve.io", "LLMInferenceService"),
    ("leaderworkerset.x-k8s.io", "LeaderWorkerSet"),
)

GATEWAY, ROUTE, POOL = (
    ("gateway.networking.k8s.io", "Gateway"),
    ("gateway.networking.k8s.io", "HTTPRoute"),
    ("inference.networking.k8s.io", "InferencePool"),
)


def by_gateways(*parents: dict[str, str], seen: int = 2) -> dict[str, Any]:
    """What each gateway says of a route or pool, of the version that it has seen."""
    return {
        "parents": [
            {"conditions": [{**one, "observedGeneration": seen} for one in conditions(**said)["conditions"]]}
            for said in parents
        ]
    }


TAKEN, LOST = {"Accepted": "True", "ResolvedRefs": "True"}, {"Accepted": "True", "ResolvedRefs": "False"}


def conditions(**said: str) -> dict[str, Any]:
    return {"conditions": [{"type": kind, "status": status} for kind, status in said.items()]}


def is_well(kind: tuple[str, str], status: dict[str, Any] | None) -> bool:
    """As kustomize-controller asks; an error is no answer, so that it waits."""
    expression = HEALTH[kind].expression
    assert expression is not None
    told: dict[str, Any] = {"metadata": {"generation": 2}} | ({} if status is None else {"status": status})
    try:
        return Program(expression.current, frozenset({"metadata", "status"}))(told) is True
    except (CelError, KeyError):  # nobody has written a status
        return False


@pytest.mark.parametrize(
    ("kind", "status", "well"),
    [
        (SERVICE, None, False),
        (SERVICE, {}, False),
        (SERVICE, conditions(PredictorReady="True", Ready="False"), False),
        # its observedGeneration is that of its Deployment
        (SERVICE, {"observedGeneration": 1, **conditions(Ready="True")}, True),
        (LLM, None, False),
        (LLM, conditions(MainWorkloadReady="True", Ready="Unknown"), False),
        (LLM, conditions(Ready="True"), True),
        (GROUPS, None, False),
        (GROUPS, {"observedGeneration": 2, **conditions(Progressing="True", Available="False")}, False),
        (GROUPS, {"observedGeneration": 1, **conditions(Available="True")}, False),
        (GROUPS, {"observedGeneration": 2, **conditions(Available="True", Progressing="False")}, True),
        (GATEWAY, None, False),
        (GATEWAY, conditions(Accepted="Unknown"), False),
        # an address is not waited for
        (GATEWAY, conditions(Accepted="True", Programmed="False"), True),
        (ROUTE, {"parents": []}, False),
        (ROUTE, by_gateways(TAKEN), True),
        (ROUTE, by_gateways(TAKEN, LOST), False),
        (ROUTE, by_gateways(TAKEN, seen=1), False),
        (POOL, None, False),
        (POOL, by_gateways(LOST), False),
        (POOL, by_gateways(TAKEN), True),
    ],
)
def test_what_serves_is_well_when_all_of_it_answers(
    kind: tuple[str, str], status: dict[str, Any] | None, *, well: bool
) -> None:
    assert is_well(kind, status) is well
