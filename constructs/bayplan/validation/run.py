"""The run loop: every object, every rule for its kind."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bayplan.complaint import Complaint
from bayplan.validation import unread
from bayplan.validation.clusters import split
from bayplan.validation.delivery import Delivery
from bayplan.validation.flux.deliver import Deliverer
from bayplan.validation.hits import finding, hits, unreadable
from bayplan.validation.judging import OF_WAIVERS, judge
from bayplan.validation.judging_both import judge_both, judge_once
from bayplan.validation.registry import rules
from bayplan.validation.rule import Hit
from bayplan.validation.rules.waiver.waiver_has_ended import waiver_has_ended
from bayplan.validation.rules.waiver.waiver_waives_nothing import waiver_waives_nothing
from bayplan.validation.sameness import is_same
from bayplan.validation.settings import Settings
from bayplan.validation.shares import judged_apart
from bayplan.validation.waivers import WHERE, Waiving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bayplan.manifests.inventory import Inventory
    from bayplan.spec.cluster import Cluster
    from bayplan.validation.finding import Finding
    from bayplan.validation.settings import Waiver
    from bayplan.validation.waivers import Judgement
    from bayplan.validation.world import World


def check(
    inventory: Inventory,
    *,
    clusters: Sequence[Cluster] = (),
    complaints: Sequence[Complaint] = (),
    base: Inventory | None = None,
    settings: Settings | None = None,
) -> list[Finding]:
    """Everything that is wrong with a tree, sorted; without what somebody accepts for a while."""
    told = examine(inventory, clusters=clusters, complaints=complaints, base=base, settings=settings)
    return list(told.findings)


@dataclass(frozen=True, kw_only=True, eq=False)
class Look:
    """A tree that is to be judged, and what is known beside it."""

    inventory: Inventory
    clusters: Sequence[Cluster] = ()
    """The specs of clusters that the tree may hold, by the name of their folder."""
    complaints: Sequence[Complaint] = ()
    """Files that could not be read: each is a finding, and what seems missing may stand in them."""
    settings: Settings = field(default_factory=Settings)
    """Who else makes things, and what is accepted."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """The clusters of a tree before they are judged."""

    waiving: Waiving
    worlds: tuple[World, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Survey:
    """A tree that was judged, and what was looked at for it."""

    judgement: Judgement
    worlds: tuple[World, ...]
    """Its clusters, each beside itself at the earlier revision where there is one."""
    same: frozenset[str] = frozenset()
    """Names of those that are known to be as they were."""


def examine(
    inventory: Inventory,
    *,
    clusters: Sequence[Cluster] = (),
    complaints: Sequence[Complaint] = (),
    base: Inventory | None = None,
    settings: Settings | None = None,
) -> Judgement:
    """Everything that is wrong with a tree, what of it is accepted, and what was not looked at."""
    earlier: Sequence[World] | None = None
    if base is not None:
        with delivered(base) as before:
            earlier = [*split(before, clusters)]
    return survey(inventory, clusters=clusters, complaints=complaints, base=earlier, settings=settings).judgement


def survey(
    inventory: Inventory,
    *,
    clusters: Sequence[Cluster] = (),
    complaints: Sequence[Complaint] = (),
    base: Sequence[World] | None = None,
    settings: Settings | None = None,
) -> Survey:
    """The same with the clusters that were looked at, for who has more to say of them."""
    look = Look(inventory=inventory, clusters=clusters, complaints=complaints, settings=settings or Settings())
    layout = lay_out(look, base)
    found = dict(zip(map(id, layout.worlds), judged_apart(layout.worlds, judge), strict=True))
    return weighed(layout, lambda world: found[id(world)], is_step=base is not None)


def survey_both(base: Look, head: Look, known: Judgement | None = None) -> tuple[Survey, Survey]:
    """A tree and what it becomes, as if each were judged alone; `known` was found in the first at an earlier time."""
    before = lay_out(base, None)
    after = lay_out(head, before.worlds)
    was = {world.name: world for world in before.worlds}
    found: dict[int, Sequence[Finding]] = {}
    same: list[str] = []
    for world in after.worlds:
        earlier = was.get(world.name)
        if earlier is None:
            continue
        same += [world.name] if is_same(earlier, world) else []
        if known is None:
            judged = judge_once(world) if world.name in same else judge_both(earlier, world)
            found[id(earlier)], found[id(world)] = judged

    def found_in(world: World) -> Iterable[Finding]:
        return found[id(world)] if id(world) in found else judge(world)

    now = replace(weighed(after, found_in, is_step=True), same=frozenset(same))
    if known is not None:
        return Survey(judgement=known, worlds=before.worlds), now
    return weighed(before, found_in, is_step=False), now


def lay_out(look: Look, base: Sequence[World] | None) -> Layout:
    """The clusters of a tree, each beside itself at the earlier revision, and what is wrong with its files."""
    waiving = Waiving(look.settings)
    with delivered(look.inventory, look.complaints) as tree:
        doubts = doubts_of({one.file for one in look.complaints}, tree.delivery, base or ())
        waiving.weigh(unreadable(complaint, doubts[complaint.file]) for complaint in look.complaints)
        meant = [one for one in look.complaints if doubts[one.file] in ("", unread.TEMPLATE)]
        worlds = [*split(tree, look.clusters, tuple(f"{one.file} cannot be read" for one in meant))]
    earlier = {world.name: world for world in base or ()}
    here = (replace(world, base=earlier.get(world.name), settings=look.settings) for world in worlds)
    return Layout(waiving=waiving, worlds=tuple(here))


def weighed(layout: Layout, found: Callable[[World], Iterable[Finding]], *, is_step: bool) -> Survey:
    """What was found in each cluster, without what somebody accepts."""
    waiving, here = layout.waiving, layout.worlds
    told, used = set[tuple[object, ...]](), set[tuple[object, ...]]()
    for world in here:
        used |= waiving.weigh(newly_told(found(world), told), world)
    for world in here:
        if world.waivers.written:
            waiving.weigh(newly_told(idle(world, used), told))
    idle_lines = (said_idle(one, waiving) for one in waiving.settings.waivers)
    waiving.weigh(one for one in idle_lines if one is not None)
    judgement = waiving.judgement(tuple(rule.code for rule in rules() if rule.needs_base and not is_step))
    return Survey(judgement=judgement, worlds=here)


def doubts_of(files: set[str], delivery: Delivery, base: Iterable[World]) -> dict[str, str]:
    """Why each of some files that cannot be read may not be applied at all; "" for one that was applied before."""
    if not files:
        return {}
    by_flux = unread.reached_by_flux(delivery)
    before = {one.file for world in base for one in world.inventory.manifests if not world.draft_of(one)}
    return {file: "" if file in before else unread.doubt_of(file, delivery, by_flux) for file in files}


@contextmanager
def delivered(inventory: Inventory, complaints: Sequence[Complaint] = ()) -> Iterator[Deliverer]:
    """A tree with the program that builds its folders, which ends with it."""
    deliverer = Deliverer(Delivery(inventory, frozenset(one.file for one in complaints)))
    try:
        yield deliverer
    finally:
        deliverer.builder.close()


def newly_told(findings: Iterable[Finding], told: set[tuple[object, ...]]) -> Iterator[Finding]:
    """Without what another cluster has told of the same line: two overlays show what is wrong with their base."""
    new: set[tuple[object, ...]] = set()
    for one in findings:
        key = (one.file, one.line, one.rule, one.pointer, one.message)
        if key not in told:
            new.add(key)
            yield one
    told |= new


def idle(world: World, used: set[tuple[object, ...]]) -> Iterator[Finding]:
    """What is wrong with waivers on objects: among them those that accept nothing, though their rule was asked."""
    here = [one for one in world.waivers.written if one.manifest.file not in world.silent]
    for manifest in {id(one.manifest): one.manifest for one in here}.values():
        for rule in OF_WAIVERS:
            yield from (finding(rule, manifest, hit, world) for hit in hits(rule, manifest, world))
    asked = {rule.code for rule in rules() if world.base is not None or not rule.needs_base}
    for one in here:
        waiver = one.waiver
        if waiver and one.place not in used and waiver.rule in asked and not waiver.is_over(world.settings.today):
            message = f"the waiver of {waiver.rule} accepts nothing that is found: {waiver.reason}"
            yield finding(waiver_waives_nothing, one.manifest, Hit(WHERE, message), world)


def said_idle(waiver: Waiver, waiving: Waiving) -> Finding | None:
    """What is to be said of a line of the settings: its day has gone by, or it accepts nothing."""
    if waiver.is_over(waiving.settings.today):
        rule, what = waiver_has_ended, f"the waiver of {waiver.rule} ended on {waiver.until}: {waiver.reason}"
    elif not waiving.used[waiver] and not any(rule.needs_base for rule in rules() if rule.code == waiver.rule):
        rule, what = waiver_waives_nothing, f"the waiver of {waiver.rule} accepts nothing that is found"
    else:
        return None
    complaint = Complaint(file=waiver.said_in, line=waiver.line, what=what, fix=rule.fix)
    return replace(unreadable(complaint, ""), rule=rule.code, severity=rule.severity)
