"""What is applied before what: by `dependsOn`, and because one Kustomization applies another.

Within one Kustomization Namespaces and CustomResourceDefinitions come first, and Flux waits for them: what needs them
may stand beside them. Between two, only what these two ways say is sure.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies>
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.fields import text_at
from bayplan.validation.flux.needs import Need, needs_of
from bayplan.validation.syncs import dependencies_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.validation.world import World

CRD = "CustomResourceDefinition.apiextensions.k8s.io"


class Trouble(NamedTuple):
    """One thing that an object needs and that is not surely there before it."""

    need: Need
    is_certain: bool
    """Whether what it needs waits for it; otherwise neither waits for the other."""
    own: Ref
    """Who applies the object."""
    theirs: Ref
    """Who applies what it needs."""


class Orders:
    """The order of one cluster."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._applied_by = world.delivered.applied_by
        self._earlier: dict[Ref, frozenset[Ref]] = {}

    def owners(self, manifest: Manifest) -> Sequence[Manifest]:
        """The Flux Kustomizations that apply an object."""
        return self._world.delivered.owners.get(id(manifest), ())

    @cached_property
    def troubles(self) -> Mapping[int, Sequence[Trouble]]:
        """Objects, by identity, that are not surely applied after what they cannot be without."""
        told: dict[tuple[Any, ...], list[Trouble]] = {}
        found: dict[int, list[Trouble]] = {}
        for one in self._world.inventory.manifests:
            owners, ref = self.owners(one), one.ref
            if owners:
                key = (*map(id, owners), ref.namespace, ref.group, ref.kind)
                if key not in told:
                    told[key] = list(self._troubles_of(one))
                if told[key]:
                    found[id(one)] = told[key]
        return found

    def _troubles_of(self, manifest: Manifest) -> Iterator[Trouble]:
        for need in needs_of(manifest, self._world):
            own = [one.ref for one in self.owners(manifest)]
            theirs = sorted({owner.ref for one in need.makers for owner in self.owners(one)})
            is_other = theirs and all(map(self.owners, need.makers)) and not any(map(self._is_unclear, own))
            if is_other and not any(one in theirs or self.earlier(one) & set(theirs) for one in own):
                waits = all(self.earlier(one) & set(own) for one in theirs)
                if waits or need.is_central:
                    yield Trouble(need, waits, own[0], theirs[0])

    def is_first(self, manifest: Manifest, trouble: Trouble) -> bool:
        """Whether an object is the first of those that one Kustomization applies and that need another by chance."""
        return self._firsts.get((trouble.own, trouble.theirs)) is manifest

    @cached_property
    def _firsts(self) -> Mapping[tuple[Ref, Ref], Manifest]:
        found: dict[tuple[Ref, Ref], Manifest] = {}
        for one in self._applied:
            for trouble in self.troubles.get(id(one), ()):
                if not trouble.is_certain:
                    found.setdefault((trouble.own, trouble.theirs), one)
        return found

    def is_home(self, manifest: Manifest) -> bool:
        """Whether most of what the same Kustomization applies lies in the namespace of an object."""
        return any(self._homes.get(owner.ref) == manifest.ref.namespace for owner in self.owners(manifest))

    @cached_property
    def _homes(self) -> Mapping[Ref, str]:
        found: dict[Ref, Counter[str]] = defaultdict(Counter)
        for one in self._applied:
            for owner in self.owners(one):
                found[owner.ref].update([one.ref.namespace] if one.ref.namespace else ())
        ranked = {ref: counted.most_common(1) for ref, counted in found.items()}
        return {ref: first[0][0] for ref, first in ranked.items() if first}

    @cached_property
    def _applied(self) -> Sequence[Manifest]:
        """What Flux applies, in the order of its files."""
        applied = [one for one in self._world.inventory.manifests if id(one) in self._world.delivered.owners]
        return sorted(applied, key=lambda one: (one.file, one.line, one.ref))

    def earlier(self, sync: Ref) -> frozenset[Ref]:
        """All that is applied before a Flux Kustomization is."""
        if sync not in self._earlier:
            seen: set[Ref] = set()
            todo = [sync]
            while todo:
                for one in self._nearest(todo.pop()):
                    if one not in seen:
                        seen.add(one)
                        todo.append(one)
            self._earlier[sync] = frozenset(seen - {sync})
        return self._earlier[sync]

    def _is_unclear(self, sync: Ref) -> bool:
        """Whether a Kustomization waits for what is not there, or for itself: that is told by rules of its own."""
        known, circles = self._world.inventory.by_ref, self._world.syncs.circle_of
        return any(
            one in circles or any(dep not in known for dep in self._nearest(one)) for one in (sync, *self.earlier(sync))
        )

    def _nearest(self, ref: Ref) -> list[Ref]:
        found = [
            dependency.target
            for one in self._world.inventory.by_ref.get(ref, ())
            for dependency in dependencies_of(one)
        ]
        parent = self._applied_by.get(ref)
        return [*found, parent.ref] if parent is not None else found

    @cached_property
    def definitions(self) -> Mapping[tuple[str, str], Sequence[Manifest]]:
        """CustomResourceDefinitions by the group and kind that they define."""
        found: dict[tuple[str, str], list[Manifest]] = defaultdict(list)
        for one in self._world.by_kind.get(CRD, ()):
            found[text_at(one.body, "spec", "group"), text_at(one.body, "spec", "names", "kind")].append(one)
        return found

    @cached_property
    def namespaces(self) -> Mapping[str, Sequence[Manifest]]:
        """Namespaces by name."""
        found: dict[str, list[Manifest]] = defaultdict(list)
        for one in self._world.by_kind.get("Namespace", ()):
            found[one.ref.name].append(one)
        return found

    @cached_property
    def first_in(self) -> Mapping[str, Manifest]:
        """For each namespace that something is applied to, the first object in it: it speaks for all."""
        found: dict[str, Manifest] = {}
        for one in self._applied:
            if one.ref.namespace:
                found.setdefault(one.ref.namespace, one)
        return found

    @cached_property
    def made_by_charts(self) -> frozenset[str]:
        """Namespaces that a HelmRelease makes: `install.createNamespace`."""
        return frozenset(
            text_at(one.body, "spec", "targetNamespace") or one.ref.namespace
            for one in self._world.by_kind.get("HelmRelease.helm.toolkit.fluxcd.io", ())
            if (one.body.get("spec") or {}).get("install", {}).get("createNamespace") is True
        )

    @cached_property
    def of_flux(self) -> frozenset[str]:
        """Namespaces in which Flux itself was set up: they were there before everything else."""
        return frozenset({"flux-system", *(ref.namespace for ref, by in self._applied_by.items() if by is None)})
