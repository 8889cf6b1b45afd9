"""What runs by schedule never runs.

Where no month has the day, nothing is ever started, and nobody fails. What cannot be read at all, the API server
refuses of a CronJob; the Spark operator and KubeRay take it, and say so in the status alone: five fields are wanted,
minute to weekday, and a zone that there is. A CronJob that may begin only a few seconds late is passed over as well:
its controller looks every ten seconds.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/>,
<https://github.com/kubeflow/spark-operator/blob/master/internal/controller/scheduledsparkapplication/controller.go>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.validation.fields import text_at, whole_at
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule
from bayplan.validation.schedules import gap_seconds, strange_zone, unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: chat, namespace: chat}
spec:
  schedule: 0 3 31 2 *
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("31 2", "28 2")
CRON_JOB, SPARK, RAY = "CronJob.batch", "ScheduledSparkApplication.sparkoperator.k8s.io", "RayCronJob.ray.io"
ZONE = re.compile(r"(?:CRON_)?TZ=(\S*) +(.*)")
LATEST_SECONDS = 10
WHERE = "/spec/schedule"


@rule(
    "WRK020",
    severity=Severity.LOSS,
    rows=("W3",),
    kinds=(CRON_JOB, RAY, SPARK),
    fix='write five fields and days that there are, "30 2 * * 1-5", and a zone such as Europe/Berlin',
)
def schedule_never_comes(scheduled: Manifest, _: World) -> Iterator[Hit]:
    """Read the schedule and its zone as the controller does."""
    kind, spec = kind_of(scheduled), scheduled.body.get("spec")
    schedule, zone = text_at(spec, "schedule"), text_at(spec, "timeZone")
    if kind != CRON_JOB:
        if inside := ZONE.fullmatch(schedule):
            schedule = inside[2]
        place, zone = (WHERE, inside[1]) if inside else ("/spec/timeZone", zone)
        found = [(place, strange_zone(zone)), (WHERE, unread(schedule))]
        yield from (Hit(where, why) for where, why in found if why)
    if gap_seconds(schedule) == 0:
        yield Hit(WHERE, f'"{schedule}" never comes: no month has such a day')
    late = whole_at(spec, "startingDeadlineSeconds")
    if kind == CRON_JOB and late is not None and 0 <= late < LATEST_SECONDS:
        told = f"may begin {late} s late; its controller looks every {LATEST_SECONDS} s"
        yield Hit("/spec/startingDeadlineSeconds", told)
