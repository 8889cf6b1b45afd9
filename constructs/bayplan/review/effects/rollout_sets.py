"""StatefulSets, DaemonSets, what keeps its pods, and what makes new ones at another time.

Sources: <https://github.com/kubernetes/kubernetes/tree/v1.37.2/pkg/controller>, `statefulset/stateful_set_control.go`,
`daemon/update.go`; <https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.rollout_change import (
    Change,
    Step,
    counted,
    rounded_down,
    rounded_up,
    several,
    staying_ready,
)
from bayplan.review.review import Weight
from bayplan.validation.fields import mapping_at, mappings_at, text_at, value_at, whole_at
from bayplan.validation.nodes import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

SEVERAL_SINCE = 37
"""Minor version since which a StatefulSet may take several pods at a time by default (MaxUnavailableStatefulSet)."""
BY_HAND = "Delete the old pods one by one when they may go"


def stateful_set(change: Change) -> Iterator[Step]:
    """From the last pod to the first; each is made anew before the next one goes."""
    kind = change.said("spec", "updateStrategy", "type")
    old, new = (partition(one.body) for one in (change.before, change.after))
    if not change.parts and (new >= old or kind in ("OnDelete", "Recreate")):
        return
    if change.had.most == 0 or change.has.most == 0:
        return
    if kind == "OnDelete":
        yield staying(change, "until somebody deletes them (OnDelete)", BY_HAND)
        return
    if kind == "Recreate":
        yield all_at_once(change)
        return
    step = in_turn(change, new)
    if change.parts:
        yield step
    else:
        yield step._replace(
            doubt="only if its template has changed since these pods were made",
            pointer="/spec/updateStrategy/rollingUpdate/partition",
            why=f"the partition goes from {old} to {new}",
        )


def partition(body: object) -> int:
    """The first ordinal that is updated."""
    return max(0, whole_at(body, "spec", "updateStrategy", "rollingUpdate", "partition") or 0)


def in_turn(change: Change, first: int) -> Step:
    """A rolling update of the pods from one number on."""
    had, has = change.had.most, change.has.most
    if had is None or has is None:
        return Step("pods-roll", f"rolls {counted(change.had)}, one at a time", Weight.ATTENTION, 0, 1)
    rolled = max(0, min(had, has) - first)
    if not rolled:
        return staying(change, f"below the partition {first}", "Lower the partition to roll them")
    at_once = min(rolled, at_a_time(change, has))
    start = whole_at(change.after.body, "spec", "ordinals", "start") or 0
    which = f"{rolled} of {several(had, 'pod')} (from number {start + first} on)" if first else counted(change.had)
    if had == 1:
        says = "stops its 1 pod and makes it anew: none is ready in between"
    else:
        pace = "one at a time" if at_once == 1 else f"{at_once} at a time"
        stay = had - at_once
        others = f"the other {staying_ready(stay)}" if stay else "none stays ready"
        says = f"rolls {which}, the last one first, {pace}; {others}"
    return Step("pods-roll", says, change.weight(at_once, had), rolled, at_once)


def at_a_time(change: Change, total: int) -> int:
    """How many pods may be missing at a time."""
    said = change.said("spec", "updateStrategy", "rollingUpdate", "maxUnavailable")
    minor = change.comparison.head.kubernetes.rpartition(".")[2]
    if said is None or (minor.isdecimal() and int(minor) < SEVERAL_SINCE):
        return 1
    return max(1, rounded_down(said, total, 1))


def all_at_once(change: Change) -> Step:
    """The strategy Recreate, where the cluster knows it."""
    most = change.had.most or 0
    says = f"stops all {counted(change.had)} before the first new one starts: none is ready until then"
    return Step("pods-restart", says, change.weight(most, most), most, most)


def staying(change: Change, until: str, fix: str = "") -> Step:
    """Pods that stay as they are."""
    says = f"takes the new template, and {counted(change.had)} run on as before, {until}"
    return Step("pods-stay", says.replace("1 pod run on", "1 pod runs on"), Weight.ATTENTION, fix=fix)


def daemon_set(change: Change) -> Iterator[Step]:
    """Node by node."""
    if not change.parts:
        return
    if change.said("spec", "updateStrategy", "type") == "OnDelete":
        yield staying(change, "until somebody deletes them (OnDelete)", BY_HAND)
        return
    rolling = mapping_at(change.said("spec", "updateStrategy"), "rollingUpdate")
    least, most = nodes_of(change.pods, change.comparison.head)
    total = most or 1
    surge = rounded_up(rolling.get("maxSurge"), total, 0)
    missing = 0 if surge else max(1, rounded_up(rolling.get("maxUnavailable"), total, 1))
    told = surge or missing
    share = rolling.get("maxSurge") if surge else rolling.get("maxUnavailable")
    pace = f"{share} of the nodes" if isinstance(share, str) else several(told, "node")
    where = "every node" if not most else several(most, "node") if least == most else f"{least} to {most} nodes"
    says = f"rolls its pod on {where}, {pace} at a time" + (": the new one comes first" if surge else "")
    is_unknown = isinstance(share, str) and not most
    doubt = "how many nodes there are is not in this tree" if is_unknown else ""
    down = 0 if is_unknown else missing
    yield Step("pods-roll", says, Weight.ATTENTION if missing else Weight.NOTE, most, down, doubt)


def nodes_of(pods: tuple[Pod, ...], world: World) -> tuple[int, int]:
    """The fewest and the most nodes that take a DaemonSet's pods; none where no spec tells."""
    least = most = 0
    for pool in world.cluster.pools if world.cluster else ():
        kinds = [one for one in world.nodes.values() if one.machine.pool == pool.name]
        if any(refusal(pod, node) is None for pod in pods for node in kinds):
            least += pool.nodes.min
            most += pool.nodes.max
    return least, most


def keeping(change: Change) -> Iterator[Step]:
    """A ReplicaSet looks at labels alone: only pods that are made later are of the new template."""
    if change.parts and change.had.most != 0:
        fix = f"Delete the old pods, or let a Deployment own them: a {change.after.ref.kind} never rolls"
        yield staying(change, "until somebody deletes them", fix)


def next_run(change: Change) -> Iterator[Step]:
    """What starts pods at times."""
    if change.parts:
        schedule = text_at(change.after.body, "spec", "schedule")
        says = (
            f"uses the new template from its next run on{schedule and f' ({schedule})'}; a run under way stays as it is"
        )
        if value_at(change.after.body, "spec", "suspend") is True:
            says = "takes the new template, and runs nothing while it is suspended"
        yield Step("next-run-changes", says, Weight.NOTE)


def single_pod(change: Change) -> Iterator[Step]:
    """A pod without an owner takes a new image in place."""
    before = dict(containers(change.before.body))
    changed = [name for name, image in containers(change.after.body) if before.get(name, image) != image]
    if changed:
        says = f"restarts {', '.join(changed)} with the new image in place; the pod itself stays"
        yield Step("containers-restart", says, Weight.ATTENTION, pointer="/spec/containers")


def containers(body: object) -> list[tuple[str, str]]:
    """Containers and their images."""
    return [
        (text_at(one, "name"), text_at(one, "image"))
        for part in ("initContainers", "containers")
        for _, one in mappings_at(body, "spec", part)
    ]
