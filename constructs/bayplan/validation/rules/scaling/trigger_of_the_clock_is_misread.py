"""KEDA takes a trigger of the clock for open at other hours than it says.

KEDA calls a `cron` trigger open while its next end comes no later than its next start. So each start needs one end of
its own: with `start: 0 8 * * 1-5` and `end: 0 20 * * *`, the workload is kept up on Saturday and Sunday, too, and with
two starts before an end it is let go between them. A start or an end that never comes keeps it open or closed for ever;
two that are alike, or that cannot be read, are refused when the ScaledObject is reconciled.

Source: <https://keda.sh/docs/latest/scalers/cron/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import SCALED_JOB, SCALED_OBJECT
from bayplan.validation.triggers import triggers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: chat, namespace: chat}
spec:
  scaleTargetRef: {name: chat}
  triggers:
    - type: cron
      metadata: {timezone: Europe/Berlin, start: 0 8 * * 1-5, end: 0 20 * * *, desiredReplicas: "5"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("end: 0 20 * * *", "end: 0 20 * * 1-5")


@rule(
    "SCL015",
    severity=Severity.RISK,
    kinds=(SCALED_OBJECT, SCALED_JOB),
    fix="let starts and ends take turns: one end for each start",
)
def trigger_of_the_clock_is_misread(scaled: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Follow the clock of every trigger for as long as calendars differ."""
    for index, trigger in triggers_of(scaled):
        zone, replicas = text_at(trigger, "metadata", "timezone"), text_at(trigger, "metadata", "desiredReplicas")
        if text_at(trigger, "type") == "cron":
            if zone and not is_variable(zone) and (why := no_zone(zone)):
                yield Hit(pointer("spec", "triggers", index, "metadata", "timezone"), why)
            if replicas and not is_variable(replicas) and not replicas.removeprefix("-").isdecimal():
                yield Hit(pointer("spec", "triggers", index, "metadata", "desiredReplicas"), f"{replicas} is no number")
        start, end = text_at(trigger, "metadata", "start"), text_at(trigger, "metadata", "end")
        if text_at(trigger, "type") != "cron" or not (start and end) or is_variable(start + end):
            continue
        if what := misread(start, end):
            yield Hit(pointer("spec", "triggers", index, "metadata"), what)


def no_zone(zone: str) -> str:
    """Why a time zone is none; "" for one."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - as below

    from bayplan.spec.cron import ZoneName  # noqa: PLC0415

    try:
        TypeAdapter[str](ZoneName).validate_python(zone)
    except ValidationError:
        return "" if zone == "Local" else f"{zone} is no time zone"
    return ""


def misread(start: str, end: str) -> str:
    """What is wrong with the hours, in words; "" for nothing."""
    # read late: trees without such a trigger do not pay for the words of apps
    from pydantic import ValidationError  # noqa: PLC0415

    from bayplan.spec.traits.schedule import Window, wrongs_of  # noqa: PLC0415

    if start == end:
        return "starts and ends at the same time, which KEDA refuses"
    try:
        window = Window(start=start, end=end, min=1)
    except ValidationError as error:
        texts = [str(one["msg"]).partition(". ")[0] for one in error.errors()]
        return f"cannot be as it is said: {texts[0]}"
    wrong = next(wrongs_of([window]), None)
    return wrong.what.partition(": ")[2] if wrong else ""
