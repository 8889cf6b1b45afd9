"""Deployments: a new template is rolled out by a second ReplicaSet, as fast as surge and unavailable allow.

A PodDisruptionBudget has no say in it: it holds back evictions, and the controller evicts nobody.
Source: <https://github.com/kubernetes/kubernetes/tree/v1.37.2/pkg/controller/deployment>, `rolling.go`, `recreate.go`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.review.effects.rollout_change import (
    Change,
    Step,
    counted,
    rounded_down,
    rounded_up,
    several,
    staying_ready,
)
from bayplan.review.effects.rollout_room import stuck
from bayplan.review.review import Weight
from bayplan.validation.fields import mapping_at, value_at, whole_at
from bayplan.validation.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Count
    from bayplan.validation.world import World

SHARE = "25%"
"""Of both, where nothing is said."""
UNCOUNTED = "how many there are is not in this tree, nor how many may be missing"
CANARY = "Canary.flagger.app"


def deployment(change: Change) -> Iterator[Step]:
    """What the controller does about a Deployment's new template."""
    was_paused, is_paused = (value_at(one.body, "spec", "paused") is True for one in (change.before, change.after))
    if change.had.most == 0 or change.has.most == 0:
        return
    if is_paused:
        if change.parts:
            runs = "runs on as before, and rolls" if change.had.most == 1 else "run on as before, and roll"
            says = f"is paused: {counted(change.had)} {runs} once it is no longer paused"
            yield Step("rollout-paused", says, Weight.ATTENTION, fix="Take spec.paused out to roll")
        return
    canary = canaries(change.comparison.head).get(change.after.ref)
    if change.parts and canary is not None:
        yield analysed(canary)
        return
    if not change.parts and not was_paused:
        return
    doubt = "" if change.parts else "only if its template has changed while it was paused"
    step = recreated(change) if change.said("spec", "strategy", "type") == "Recreate" else rolled(change)
    if not change.parts:
        step = step._replace(pointer="/spec/paused", why="it is no longer paused")
    yield step._replace(doubt=step.doubt or doubt)


def recreated(change: Change) -> Step:
    """All old pods end before the first new one starts."""
    count, most = change.had, change.had.most or 0
    says = (
        f"stops {'its' if count.most == 1 else 'all'} {counted(count).removeprefix('its ')} "
        "before the first new one starts: none is ready until then"
    )
    fix = "Let it roll (strategy RollingUpdate) if two versions may run beside each other" if change.is_served else ""
    return Step("pods-restart", says, change.weight(most, most), most, most, fix=fix)


def rolled(change: Change) -> Step:
    """Some new pods come, some old ones go, and so on."""
    rolling = mapping_at(change.said("spec", "strategy"), "rollingUpdate")
    return rolling_step(change, rolling.get("maxSurge"), rolling.get("maxUnavailable"))


def rolling_step(change: Change, max_surge: object, max_unavailable: object, default: str = SHARE) -> Step:
    """A rolling update by the numbers of whoever rolls."""
    if change.has.most is None:
        return Step("pods-roll", f"rolls {counted(change.has)}", Weight.ATTENTION, doubt=UNCOUNTED)
    total = change.has.most
    surge, missing = fences(max_surge, max_unavailable, total, default)
    missing = min(missing, total)
    had = change.had.most if change.had.most is not None else total
    down = min(had, max(0, had - (total - missing)))
    if not missing:
        obstacle = stuck(change, surge)
        if obstacle is not None:
            return obstacle
    says = said(change.had, change.has, surge, missing)
    return Step("pods-roll", says, change.weight(missing if down else 0, total), had, down)


def fences(max_surge: object, max_unavailable: object, total: int, default: str = SHARE) -> tuple[int, int]:
    """How many pods more and how many less than wanted there may be; if both come to none, one may be missing."""
    surge = rounded_up(max_surge, total, default)
    missing = rounded_down(max_unavailable, total, default)
    return (surge, missing) if surge or missing else (0, 1)


def said(had: Count, has: Count, surge: int, missing: int) -> str:
    """A rolling update in words; `surge` and `missing` are of the new number of pods."""
    total = has.most or 1
    if None not in (*had, *has) and had != has:
        resized = f"rolls {counted(had)} and goes to {counted(has)}"
        ready = max(0, min(had.least or 0, (has.least or 0) - missing))
        is_exact = had.least == had.most and has.least == has.most
        return f"{resized}: at least {ready} {'is' if ready == 1 else 'are'} ready meanwhile" if is_exact else resized
    is_exact = has.least == has.most and has.most is not None
    rolls = f"rolls {counted(has)}"
    if not missing:
        if total == 1 and is_exact:
            return f"{rolls}: the new one comes first, and the old one stays until it is ready"
        first = "the new ones come first" if surge >= total > 1 else f"{several(surge, 'new one')} first, then the next"
        stay = f"all {has.most} stay ready" if is_exact else "none is missing meanwhile"
        return f"{rolls}: {first}, and {stay}"
    if missing >= total:
        return f"{rolls}: {'none is' if total == 1 else 'perhaps none is'} ready meanwhile"
    if not is_exact:
        return f"{rolls}: at most {several(missing, 'pod')} may be missing at a time"
    return f"{rolls}: {several(missing, 'pod')} may be missing at a time, {staying_ready(total - missing)}"


def analysed(canary: Manifest) -> Step:
    """Flagger takes the Deployment as a candidate."""
    analysis = mapping_at(canary.body, "spec", "analysis")
    name, step, most = canary.ref.name, whole_at(analysis, "stepWeight"), whole_at(analysis, "maxWeight")
    if value_at(canary.body, "spec", "skipAnalysis") is True:
        says = f"is rolled out by Flagger (Canary {name}) without analysis: new pods beside the old, then all of them"
    else:
        shares = f" in steps of {step}%" if step else ""
        limit = f" up to {most}%" if most else ""
        says = f"starts a canary: Flagger (Canary {name}) sends new pods requests{shares}{limit}, then replaces the old"
    return Step("canary-starts", says, Weight.NOTE, doubt="Flagger goes back where its checks fail")


@once
def canaries(world: World) -> Mapping[Ref, Manifest]:
    """What Flagger watches over, to its Canary."""
    found: dict[Ref, Manifest] = {}
    for canary in world.by_kind.get(CANARY, ()):
        target = mapping_at(canary.body, "spec", "targetRef")
        if target.get("kind") == "Deployment":
            found[Ref("apps", "Deployment", canary.ref.namespace, str(target.get("name")))] = canary
    return found
