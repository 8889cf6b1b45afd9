"""The run loop: every object, every rule for its kind."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayplan.complaint import Complaint
from bayplan.validation import unread
from bayplan.validation.clusters import split
from bayplan.validation.delivery import Delivery
from bayplan.validation.flux.deliver import Deliverer
from bayplan.validation.hits import finding, hits, unreadable
from bayplan.validation.kinds import kind_of
from bayplan.validation.registry import rules
from bayplan.validation.rule import Hit
from bayplan.validation.rules.waiver.waiver_cannot_be_read import waiver_cannot_be_read
from bayplan.validation.rules.waiver.waiver_has_ended import waiver_has_ended
from bayplan.validation.rules.waiver.waiver_waives_nothing import waiver_waives_nothing
from bayplan.validation.settings import Settings
from bayplan.validation.shares import judged
from bayplan.validation.waivers import WHERE, Waiving

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bayplan.manifests.inventory import Inventory
    from bayplan.manifests.manifest import Manifest
    from bayplan.spec.cluster import Cluster
    from bayplan.validation.finding import Finding
    from bayplan.validation.rule import Rule
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
class Survey:
    """A tree that was judged, and what was looked at for it."""

    judgement: Judgement
    worlds: tuple[World, ...]
    """Its clusters, each beside itself at the earlier revision where there is one."""


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
    """The same with the clusters that were looked at, for who has more to say of them.

    `clusters` are the specs of clusters that the tree may hold, by the name of their folder; `complaints` are files
    that could not be read: each is a finding, and what seems missing may stand in them; `base` is the same tree at an
    earlier revision, as clusters, for rules about changes; `settings` say who else makes things, and what is accepted.
    """
    waiving = Waiving(settings or Settings())
    with delivered(inventory, complaints) as tree:
        doubts = doubts_of({one.file for one in complaints}, tree.delivery, base or ())
        waiving.weigh(unreadable(complaint, doubts[complaint.file]) for complaint in complaints)
        meant = [one for one in complaints if doubts[one.file] in ("", unread.TEMPLATE)]
        worlds = [*split(tree, clusters, tuple(f"{one.file} cannot be read" for one in meant))]
    earlier = {world.name: world for world in base or ()}
    told, used = set[tuple[object, ...]](), set[tuple[object, ...]]()
    here = tuple(replace(world, base=earlier.get(world.name), settings=waiving.settings) for world in worlds)
    for world in here:
        used |= waiving.weigh(newly_told(judge(world), told), world)
    for world in here:
        if world.waivers.written:
            waiving.weigh(newly_told(idle(world, used), told))
    idle_lines = (said_idle(one, waiving) for one in waiving.settings.waivers)
    waiving.weigh(one for one in idle_lines if one is not None)
    asked = base is not None
    judgement = waiving.judgement(tuple(rule.code for rule in rules() if rule.needs_base and not asked))
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


def judge(world: World) -> Iterator[Finding]:
    """The findings of one cluster."""
    for_kind = rules_by_kind(with_base=world.base is not None)

    def judge_each(manifests: Iterable[Manifest]) -> Iterator[Finding]:
        for manifest in manifests:
            for rule in for_kind.get(kind_of(manifest), for_kind[""]):
                for hit in hits(rule, manifest, world):
                    yield finding(rule, manifest, hit, world)

    manifests = world.inventory.manifests
    if world.silent:
        manifests = tuple(one for one in manifests if one.file not in world.silent)
    return judged(manifests, judge_each)


def newly_told(findings: Iterable[Finding], told: set[tuple[object, ...]]) -> Iterator[Finding]:
    """Without what another cluster has told of the same line: two overlays show what is wrong with their base."""
    new: set[tuple[object, ...]] = set()
    for one in findings:
        key = (one.file, one.line, one.rule, one.pointer, one.message)
        if key not in told:
            new.add(key)
            yield one
    told |= new


def rules_by_kind(*, with_base: bool) -> Mapping[str, tuple[Rule, ...]]:
    """The rules for each kind that any rule names, those for every kind among them; under "" those alone."""
    asked = [rule for rule in rules() if (with_base or not rule.needs_base) and rule not in OF_WAIVERS]
    for_all = tuple(rule for rule in asked if not rule.kinds)
    found: dict[str, list[Rule]] = defaultdict(lambda: [*for_all], {"": [*for_all]})
    for rule in asked:
        for kind in rule.kinds:
            found[kind].append(rule)
    return {kind: tuple(same) for kind, same in found.items()}


OF_WAIVERS = (waiver_cannot_be_read, waiver_has_ended, waiver_waives_nothing)
"""Asked of objects that carry waivers, which are few, and after all others."""


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
