"""What becomes of jobs that wait in queues, for the commands that tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.pipeline import Placed
    from bayplan.placement.admission.predict import Admissions
    from bayplan.spec.platform import Platform


def admit(platform: Platform, placed: tuple[Placed, ...]) -> dict[str, Admissions]:
    """By name of the cluster; only of clusters where some job waits in a queue."""
    from bayplan.placement.admission.predict import predict

    told = {one.cluster.name: predict(platform, one.cluster, one.decision.plan) for one in placed if one.cluster.queues}
    return {name: one for name, one in told.items() if one.verdicts}
