"""Runs by schedule may be longer than the time between them.

With `concurrencyPolicy: Allow`, a CronJob's default, the next run begins beside the one before: twice the resources,
and two who write in the same place. With `Forbid` it is left out, so that less runs than the schedule says. Whether it
comes so far, the work decides; the deadline that stands beside it allows it. Shorten the deadline, or let it run less
often.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, text_at, whole_at
from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.schedules import gap_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: chat, namespace: chat}
spec:
  schedule: "*/5 * * * *"
  jobTemplate:
    spec:
      activeDeadlineSeconds: 3600
      template:
        spec:
          restartPolicy: Never
          containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("3600", "240")


@rule(
    "WRK023",
    severity=Severity.RISK,
    confidence=Confidence.MEDIUM,
    rows=("W3",),
    kinds=("CronJob.batch",),
    fix="lower activeDeadlineSeconds below the time between two runs, or let it run less often",
)
def runs_overlap(scheduled: Manifest, _: World) -> Iterator[Hit]:
    """Hold the deadline of one run against the time until the next."""
    spec = mapping_at(scheduled.body, "spec")
    longest = whole_at(spec, "jobTemplate", "spec", "activeDeadlineSeconds")
    gap, policy = gap_seconds(text_at(spec, "schedule")), text_at(spec, "concurrencyPolicy")
    # who writes Allow, which nobody has to, wants both
    if not gap or longest is None or longest <= gap or policy in ("Allow", "Replace"):
        return
    told = f"a run may take {longest} s, and the next one is due after {gap} s"
    then = "is left out" if policy == "Forbid" else "runs beside it"
    yield Hit("/spec/jobTemplate/spec/activeDeadlineSeconds", f"{told}: it {then}")
