"""What Flux is told of queues: well as soon as Kueue takes jobs in them, and waited for until then."""

from __future__ import annotations

from typing import Any

import pytest

from bayplan.render.flux.health import HEALTH
from bayplan.validation.cel.compiler import Program

KINDS = ("ClusterQueue", "LocalQueue")


def active(status: str, reason: str) -> dict[str, Any]:
    return {"conditions": [{"type": "Active", "status": status, "reason": reason, "observedGeneration": 1}]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("status", "well"),
    [
        (None, False),
        ({}, False),
        ({"conditions": []}, False),
        (active("False", "FlavorNotFound"), False),
        (active("False", "TopologyNotFound"), False),
        (active("Unknown", "Pending"), False),
        ({"conditions": [{"type": "Ready", "status": "True"}]}, False),
        (active("True", "Ready"), True),
    ],
)
def test_queue(kind: str, status: dict[str, Any] | None, *, well: bool) -> None:
    told = HEALTH["kueue.x-k8s.io", kind].expression
    assert told is not None
    seen: dict[str, Any] = {"metadata": {"generation": 2}, "status": status or {}}
    assert (Program(told.current, frozenset({"metadata", "status"}))(seen) is True) is well
    assert not told.failed, "a flavor that comes later opens the queue: it never has failed"
