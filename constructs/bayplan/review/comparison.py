"""One cluster at two revisions: what all parts of a review look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from bayplan.manifests.inventory import Inventory
from bayplan.review.differences import parts_of
from bayplan.review.explanation import Explanation
from bayplan.review.renames import renamed
from bayplan.review.values.shape import UNKNOWN, shape_of
from bayplan.validation.schema.tree import TreeCrds
from bayplan.validation.verdicts import NEWEST
from bayplan.validation.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.review import Part
    from bayplan.validation.finding import Finding


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """An object that is there at both revisions."""

    before: Manifest
    after: Manifest
    explanation: Explanation | None = None
    """What explains its parts."""
    worlds: tuple[World, World] | None = None
    """Where each stands: the schemas of both say what the API server makes of them, else those kept here."""

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What is otherwise, as the API server sees it: not order, not defaults, not spelling; empty for nothing."""
        raw = self.raw_parts
        return self.explanation.explained(self.after, raw) if raw and self.explanation else raw

    @cached_property
    def raw_parts(self) -> tuple[Part, ...]:
        """The same before anything is explained."""
        before, after = self.before.body, self.after.body
        if before == after:
            return ()
        known = [(one.kubernetes, one.verdicts.crds) for one in self.worlds or ()] or [(NEWEST, TreeCrds(()))] * 2
        was, now = (shape_of(body, *there) for body, there in zip((before, after), known, strict=True))
        return tuple(parts_of(before, after, (was if was is not UNKNOWN else now, now if now is not UNKNOWN else was)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """One cluster. `head.base` is `base`, so that `head.changes` answers, too."""

    name: str
    """Its folder; "" for a tree that shows none, "?" for what no cluster is given."""
    base: World
    head: World
    told: tuple[Finding, ...] = ()
    """What rules say of objects of the head: those about changes (`needs_base`), and on what the API server refuses."""

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Objects that are there at both revisions, in the order of the head."""
        why, worlds = Explanation(self), (self.base, self.head)
        matched = self._matched[0]
        return tuple(Pair(before=before, after=after, explanation=why, worlds=worlds) for before, after in matched)

    @cached_property
    def changed(self) -> tuple[Pair, ...]:
        """Those that are otherwise in the eyes of the API server."""
        return tuple(pair for pair in self.pairs if pair.parts)

    @cached_property
    def added(self) -> tuple[Manifest, ...]:
        """Objects that are new."""
        return tuple(self._matched[1])

    @cached_property
    def removed(self) -> tuple[Manifest, ...]:
        """Objects that are gone."""
        return tuple(self._matched[2])

    @cached_property
    def renamed(self) -> tuple[tuple[Manifest, Manifest], ...]:
        """What is gone, and what came for it under another name; both are among `removed` and `added` as well."""
        return tuple(renamed(self.removed, self.added))

    @cached_property
    def changed_contents(self) -> tuple[Pair, ...]:
        """ConfigMaps and Secrets that hold something else."""
        return tuple(one for one in self.pairs if one.after.ref.kind in ("ConfigMap", "Secret") and one.raw_parts)

    @cached_property
    def earlier(self) -> Mapping[int, Manifest]:
        """Object of the head (by identity) to itself as it was."""
        return {id(pair.after): pair.before for pair in self.pairs}

    def before(self, manifest: Manifest) -> Manifest | None:
        """An object of the head as it was; None for one that is new."""
        return self.earlier.get(id(manifest))

    @cached_property
    def _matched(self) -> tuple[list[tuple[Manifest, Manifest]], list[Manifest], list[Manifest]]:
        old, new = self.base.inventory.by_ref, self.head.inventory.by_ref
        pairs: list[tuple[Manifest, Manifest]] = []
        added: list[Manifest] = []
        removed: list[Manifest] = []
        # what stood in a file that cannot be read any more is not gone: Flux cannot build it either
        unreadable = self.head.delivery.unreadable if self.head.delivery else frozenset()
        for ref, now in new.items():
            same, left, gone = matched(old.get(ref, ()), now)
            pairs += same
            added += left
            removed += gone
        for ref, was in old.items():
            if ref not in new:
                removed += (one for one in was if one.file not in unreadable)
        return pairs, added, removed


def matched(
    was: Sequence[Manifest], now: Sequence[Manifest]
) -> tuple[list[tuple[Manifest, Manifest]], list[Manifest], list[Manifest]]:
    """Manifests of one object at two revisions: by file first, since overlays may hold an object several times."""
    if len(was) == len(now) == 1:
        return [(was[0], now[0])], [], []
    files: dict[str, list[Manifest]] = {}
    for one in was:
        files.setdefault(one.file, []).append(one)
    pairs = [(files[one.file].pop(0), one) for one in now if files.get(one.file)]
    taken = {id(one) for pair in pairs for one in pair}
    old, new = ([one for one in side if id(one) not in taken] for side in (was, now))
    shared = min(len(old), len(new))
    return [*pairs, *zip(old, new, strict=False)], new[shared:], old[shared:]


def compare(base: Iterable[World], head: Iterable[World], told: Iterable[Finding]) -> Iterator[Comparison]:
    """Clusters of two trees beside each other, by name; one that is new or gone stands beside an empty one."""
    before = {world.name: world for world in base}
    now = {world.name: world for world in head}
    same_tree(before, now)
    findings = tuple(told)
    for name in sorted(before.keys() | now.keys()):
        was = before.get(name) or empty(now[name])
        is_now = now.get(name) or empty(was)
        here = is_now if is_now.base is was else replace(is_now, base=was)
        mine = tuple(one for one in findings if one.ref in here.inventory.by_ref)
        yield Comparison(name=name, base=was, head=here, told=mine)


def same_tree(before: dict[str, World], now: dict[str, World]) -> None:
    """Put a tree that shows a cluster at one revision alone beside itself: it has won or lost what syncs its folder."""
    lost, won = (sorted(one.keys() - other.keys() - {"?"}) for one, other in ((before, now), (now, before)))
    if len(lost) == len(won) == 1 and "" in (*lost, *won):
        now[lost[0]] = now.pop(won[0])


def empty(like: World) -> World:
    """A cluster with no object."""
    return World(inventory=Inventory(manifests=()), name=like.name, cluster=like.cluster, settings=like.settings)
