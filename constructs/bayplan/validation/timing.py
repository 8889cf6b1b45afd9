"""How long the kubelet lets a container start, and stop.

Source: <https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mapping_at, value_at, whole_at, words_at

if TYPE_CHECKING:
    from bayplan.validation.pods import Pod

GRACE = 30
"""Seconds between the order to stop and the kill, where nobody says otherwise."""


def patience(body: dict[str, Any], probe: str) -> int | None:
    """Seconds for which a probe may fail before it has a consequence; None without such a probe."""
    said = value_at(body, probe)
    if not isinstance(said, dict) or not said:
        return None
    period, times = whole_at(said, "periodSeconds"), whole_at(said, "failureThreshold")
    first = whole_at(said, "initialDelaySeconds") or 0
    return first + (10 if period is None else period) * (3 if times is None else times)


def delay(body: dict[str, Any], probe: str) -> int:
    """Seconds before a probe asks for the first time."""
    return whole_at(body, probe, "initialDelaySeconds") or 0


def grace(pod: Pod) -> int:
    """Seconds that the pod has to stop."""
    said = whole_at(pod.spec, "terminationGracePeriodSeconds")
    return GRACE if said is None else said


def pause(body: dict[str, Any]) -> int | None:
    """Seconds that a container surely sleeps before it is told to stop; None where that cannot be told."""
    hook = mapping_at(body, "lifecycle", "preStop")
    slept = whole_at(hook, "sleep", "seconds")
    if slept is not None:
        return slept
    words = words_at(hook, "exec", "command")
    if len(words) == 3 and words[0].rpartition("/")[2] in ("sh", "bash", "ash") and words[1] == "-c":
        words = tuple(words[2].partition("&&")[0].partition(";")[0].split())
    if len(words) == 2 and words[0].rpartition("/")[2] == "sleep" and words[1].removesuffix("s").isdigit():
        return int(words[1].removesuffix("s"))
    return None
