"""Following Flux through a tree: what it applies as it stands, what it builds, and the Kustomizations in that."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from bayplan.validation.delivery import FLUX, Delivery, Route, parents
from bayplan.validation.fields import is_variable, mapping_at, text_at, value_at
from bayplan.validation.flux import sops
from bayplan.validation.flux.built import Built, built
from bayplan.validation.flux.delivered import Delivered, Failure
from bayplan.validation.flux.program import ABSENT, Builder
from bayplan.validation.flux.variables import Variables, variables_of
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bayplan.manifests.manifest import Manifest

MOST_BUILDS = 5000
"""Kustomizations of one cluster that are built; no cluster has as many."""
NO_VARIABLES = Variables({}, is_open=False)


class Deliverer:
    """One tree, and the program that builds its folders."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.builder = Builder(delivery.inventory, delivery.beyond)
        self._ways: dict[int, Route] = {}

    def deliver(self, files: Iterable[str]) -> Delivered:
        """What the Flux Kustomizations in some files lead to."""
        delivered = Delivered()
        start = [sync for file in sorted(files) for sync in _syncs_in(self.delivery.of_file(file))]
        whole = [sync for sync in start if self._is_whole(sync)]
        seen = _Seen(self.delivery)
        self._follow(self._roots(whole), delivered, seen)
        for sync in start:  # those in a circle have no root
            if sync.file not in delivered.files and sync.file not in delivered.consumed:
                if sync.file in self._passed_over:
                    self._leave_open(sync, delivered, f"nothing in this tree applies {sync.ref}")
                elif self._is_whole(sync):
                    self._follow([sync], delivered, seen)
                else:
                    self._leave_open(sync, delivered, f"nothing in this tree shows how {sync.ref} is completed")
        return delivered

    @cached_property
    def _passed_over(self) -> frozenset[str]:
        """Files of Kustomizations that lie below a kustomization.yaml which Flux builds and which leaves them out."""
        ways = [self.way_of(sync) for sync in self.delivery.syncs()]
        built = {one.folder for way in ways for one in way.kustomizations}
        reached = {file for way in ways for file in way.files}
        files = {sync.file for sync in self.delivery.syncs()} - reached - self.delivery.listed
        return frozenset(file for file in files if not built.isdisjoint((*parents(file), "")))

    def _is_whole(self, sync: Manifest) -> bool:
        """Whether a Kustomization can be applied as it is written; what is not, something that applies it completes."""
        spec, ref = mapping_at(sync.body, "spec"), sync.ref
        names = f"{ref.namespace} {ref.name} {text_at(spec, 'path')} {text_at(spec, 'targetNamespace')}"
        has_all = all(key in spec for key in ("interval", "prune", "sourceRef"))
        return has_all and not is_variable(names) and sync.file not in self.delivery.of_components

    def _leave_open(self, sync: Manifest, delivered: Delivered, why: str) -> None:
        for file in (sync.file, *self.way_of(sync).files):
            delivered.doubts.setdefault(file, why)

    def entries(self) -> list[str]:
        """Folders that a Flux Kustomization in them syncs: a cluster is bootstrapped to each."""
        found = set()
        for sync in self._roots([sync for sync in self.delivery.syncs() if self._is_whole(sync)]):
            folder = self.delivery.folder_of(sync)
            if folder is not None and sync.file.startswith(f"{folder}/" if folder else ""):
                found.add(folder)
        return sorted(found)

    def beginnings(self) -> list[str]:
        """Folders of the Kustomizations that nothing in the tree applies, if they show many clusters: a name twice."""
        named = {
            (sync.ref, posixpath.dirname(sync.file))
            for sync in self._roots([one for one in self.delivery.syncs() if self._is_whole(one)])
        }
        is_one = len(named) == len({ref for ref, _ in named})
        return [] if is_one else sorted({folder for _, folder in named})

    def _follow(self, syncs: Sequence[Manifest], delivered: Delivered, seen: _Seen) -> None:
        level: list[tuple[Manifest, Manifest | None]] = [(sync, None) for sync in syncs]
        while level:
            level = [pair for sync, parent in level for pair in self._apply(sync, parent, delivered, seen)]

    def way_of(self, sync: Manifest) -> Route:
        """What one Flux Kustomization leads to, before anything is built."""
        if id(sync) not in self._ways:
            self._ways[id(sync)] = self.delivery.way_of(sync)
        return self._ways[id(sync)]

    def _roots(self, syncs: Sequence[Manifest]) -> list[Manifest]:
        """Those that no other one applies: what they apply may be changed on the way."""
        reached: set[int] = set()
        for sync in syncs:
            for file in self.way_of(sync).files:
                reached.update(id(one) for one in _syncs_in(self.delivery.of_file(file)) if one is not sync)
        return [sync for sync in syncs if id(sync) not in reached and sync.file not in self._passed_over]

    def _apply(
        self, sync: Manifest, parent: Manifest | None, delivered: Delivered, seen: _Seen
    ) -> Iterator[tuple[Manifest, Manifest]]:
        """Note what one Kustomization applies; tell those among it."""
        if sync.ref in delivered.applied_by:
            return
        delivered.applied_by[sync.ref] = parent
        delivered.beginnings |= {sync.file} if parent is None else set()
        route = self.way_of(sync)
        if value_at(sync.body, "spec", "kubeConfig"):
            for file in route.files:
                delivered.files.setdefault(file, f"{sync.ref} applies it to another cluster")
            return
        draft = "" if parent is None or isinstance(sync, Built) else delivered.files.get(sync.file, "")
        must_build = not draft and not route.unreadable and (route.changed or route.must_build)
        made = self._build(sync, route, delivered, seen) if must_build else None
        if made is None:
            made = [one for file in route.files for one in self.delivery.of_file(file)]
            for file, why in route.files.items():
                delivered.files[file] = delivered.files.get(file) or draft or why
            delivered.gaps += (f"{path} is applied and not in this tree" for path in route.beyond)
        else:
            delivered.built += made
            delivered.consumed |= route.files.keys()
            delivered.kustomizations |= {one.file for one in route.kustomizations}
        delivered.gaps += route.gaps
        for one in made:
            delivered.owners.setdefault(id(one), []).append(sync)
        seen.add(made)
        yield from ((one, sync) for one in _syncs_in(made))

    def _build(self, sync: Manifest, route: Route, delivered: Delivered, seen: _Seen) -> list[Manifest] | None:
        if len(delivered.applied_by) > MOST_BUILDS:
            delivered.failures[sync.ref] = Failure("limit", "too many Kustomizations")
            return None
        folder = self.delivery.folder_of(sync) or ""
        return self.build(sync, folder, route, delivered, variables_of(sync, seen.look_up))

    def build(
        self, sync: Manifest, folder: str, route: Route, delivered: Delivered, variables: Variables = NO_VARIABLES
    ) -> list[Manifest] | None:
        """What a folder becomes on behalf of a Flux Kustomization, or of its own kustomization.yaml; None if nothing.

        The reason is noted in `delivered`.
        """
        spec = mapping_at(sync.body, "spec")
        answer = self.builder.ask(
            {
                "path": folder,
                "spec": {key: value for key, value in spec.items() if value is not None},
                "substitute": bool(value_at(spec, "postBuild")),
                "variables": variables.values,
                "open": variables.is_open,
            }
        )
        delivered.gaps += (f"{address} is applied and not in this tree" for address in answer.missing)
        if not answer.why:
            made = (built(one, sync, route, self.delivery) for one in answer.objects)
            return [one for one in made if sops.HIDDEN not in f"{one.ref.group} {one.ref.kind} {one.ref.name}"]
        if answer.why == ABSENT:
            delivered.unbuilt = delivered.unbuilt or sync.ref
        else:
            delivered.failures[sync.ref] = Failure(answer.why, answer.error)
            if answer.why in ("remote", "outside"):
                delivered.gaps.append(f"{sync.ref} applies what is not in this tree")
        return None


class _Seen:
    """ConfigMaps and Secrets that variables come from: what is applied before, else what stands in the tree."""

    def __init__(self, delivery: Delivery) -> None:
        self._applied: dict[tuple[str, str], list[Manifest]] = defaultdict(list)
        self._written: dict[tuple[str, str], list[Manifest]] = defaultdict(list)
        for one in delivery.manifests:
            if not one.ref.group and one.ref.kind in ("ConfigMap", "Secret"):
                self._written[one.ref.kind, one.ref.name].append(one)

    def add(self, manifests: Iterable[Manifest]) -> None:
        """Note what is applied."""
        for one in manifests:
            if not one.ref.group and one.ref.kind in ("ConfigMap", "Secret"):
                self._applied[one.ref.kind, one.ref.name].append(one)

    def look_up(self, kind: str, namespace: str, name: str) -> list[Manifest]:
        """What there is of a kind, namespace and name."""
        found = [one for one in self._applied[kind, name] if one.ref.namespace == namespace]
        return found[:1] or [one for one in self._written[kind, name] if one.ref.namespace in ("", namespace)]


def _syncs_in(manifests: Iterable[Manifest]) -> list[Manifest]:
    return [one for one in manifests if kind_of(one) == FLUX]
