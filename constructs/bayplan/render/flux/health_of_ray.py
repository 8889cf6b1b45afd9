"""Who judges what KubeRay runs, for Flux.

What KubeRay writes was read in controllers/ray of 1.6.2; tests/e2e/test_ray.py has it write it.
"""

from __future__ import annotations

from bayplan.render.flux.judge import HAS_STATUS, IS_FRESH, IS_READY, Expression, Health, Judge, says

_IS_REPLACED = "status.conditions.exists(one, one.type == 'UpgradeInProgress' && one.status == 'True')"
_IS_REFUSED = (
    "status.?conditions.orValue([]).exists(one, one.type == 'Ready' && one.?reason.orValue('') == 'ValidationFailed')"
)

RAY: dict[tuple[str, str], Health] = {
    ("ray.io", "RayJob"): Health(
        judge=Judge.EXPRESSION,
        why="KubeRay says in status.jobDeploymentStatus that it has failed, or that it refused it. Nobody waits for "
        "its end.",
        version="v1",
        expression=Expression(current="true", failed=says("status.?jobDeploymentStatus", "Failed", "ValidationFailed")),
    ),
    ("ray.io", "RayService"): Health(
        judge=Judge.EXPRESSION,
        why="kstatus takes it for healthy as long as nobody has written a status, and while an old version answers. It "
        "is Ready when some replica answers, and has come through when no second cluster stands beside the first. What "
        "KubeRay refuses it never tries again.",
        version="v1",
        expression=Expression(
            current=f"{IS_READY} && {IS_FRESH} && !{_IS_REPLACED}",
            failed=f"{HAS_STATUS} && {_IS_REFUSED}",
        ),
    ),
}
"""By API group and kind."""
