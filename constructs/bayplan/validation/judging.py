"""Every object, every rule for its kind: the findings of one cluster."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.validation.hits import finding, hits
from bayplan.validation.kinds import kind_of
from bayplan.validation.registry import rules
from bayplan.validation.rules.waiver.waiver_cannot_be_read import waiver_cannot_be_read
from bayplan.validation.rules.waiver.waiver_has_ended import waiver_has_ended
from bayplan.validation.rules.waiver.waiver_waives_nothing import waiver_waives_nothing
from bayplan.validation.shares import judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.finding import Finding
    from bayplan.validation.rule import Rule
    from bayplan.validation.world import World

OF_WAIVERS = (waiver_cannot_be_read, waiver_has_ended, waiver_waives_nothing)
"""Asked of objects that carry waivers, which are few, and after all others."""


def judge(world: World) -> Iterator[Finding]:
    """The findings of one cluster."""
    return judge_some(judged_in(world), world)


def judge_some(manifests: tuple[Manifest, ...], world: World) -> Iterator[Finding]:
    """The findings on some objects of a cluster."""
    for_kind = rules_by_kind(with_base=world.base is not None)

    def judge_each(some: Iterable[Manifest]) -> Iterator[Finding]:
        for manifest in some:
            for rule in for_kind.get(kind_of(manifest), for_kind[""]):
                for hit in hits(rule, manifest, world):
                    yield finding(rule, manifest, hit, world)

    return judged(manifests, judge_each)


def judged_in(world: World) -> tuple[Manifest, ...]:
    """The objects that findings of a cluster are about: not those that are judged elsewhere."""
    manifests = world.inventory.manifests
    return tuple(one for one in manifests if one.file not in world.silent) if world.silent else manifests


def rules_by_kind(*, with_base: bool) -> Mapping[str, tuple[Rule, ...]]:
    """The rules for each kind that any rule names, those for every kind among them; under "" those alone."""
    asked = [rule for rule in rules() if (with_base or not rule.needs_base) and rule not in OF_WAIVERS]
    for_all = tuple(rule for rule in asked if not rule.kinds)
    found: dict[str, list[Rule]] = defaultdict(lambda: [*for_all], {"": [*for_all]})
    for rule in asked:
        for kind in rule.kinds:
            found[kind].append(rule)
    return {kind: tuple(same) for kind, same in found.items()}
