"""Namespaces and their labels: what a namespaceSelector is asked about."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, texts_at
from bayplan.validation.pods import WORKLOAD_KINDS
from bayplan.validation.reachability.policy import NAMESPACE_NAME
from bayplan.validation.reachability.sure import Sure, admits
from bayplan.validation.selectors import Selector

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.validation.world import World


EVERYTHING = Selector()


class Homes:
    """The namespaces of a tree."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._admitted: dict[tuple[Selector, str], Sure] = {}
        self._carried: dict[Selector, bool] = {}
        self._strangers: dict[str, bool] = {}
        self._near: dict[str, str] = {}

    @cached_property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """The labels of every Namespace that a file has, with the one that the API server adds."""
        found: dict[str, dict[str, str]] = {}
        for one in self._world.by_kind.get("Namespace", ()):
            name = one.ref.name
            found[name] = {**found.get(name, {}), **texts_at(one.body, "metadata", "labels"), NAMESPACE_NAME: name}
        return found

    @cached_property
    def used(self) -> frozenset[str]:
        """The namespaces in which anything of the tree is."""
        return frozenset(manifest.ref.namespace for manifest in self._world.inventory.manifests)

    @cached_property
    def draft(self) -> str:
        """Why pods may get other labels, or another namespace, on their way to the cluster; "" where none does."""
        owners = (one for kind in WORKLOAD_KINDS for one in self._world.by_kind.get(kind, ()))
        return next((why for why in map(self._world.draft_of, owners) if why), "")

    @cached_property
    def _changed(self) -> frozenset[str]:
        return frozenset(one.ref.name for one in self._world.by_kind.get("Namespace", ()) if self._world.draft_of(one))

    def admits(self, selector: Selector, namespace: str | None) -> Sure:
        """Whether a selector takes a namespace; None stands for any that is not wholly known."""
        if not selector.labels and not selector.requirements:
            return Sure.YES
        if namespace is None:
            named = names_in(selector)
            return Sure.MAYBE if named is None or any(self.has_strangers(one) for one in named) else Sure.NO
        key = (selector, namespace)
        if key not in self._admitted:
            self._admitted[key] = self._judge(selector, namespace)
        return self._admitted[key]

    def is_carried(self, selector: Selector) -> bool:
        """Whether any Namespace of the tree surely or perhaps carries what a selector asks for."""
        if selector not in self._carried:
            names = names_in(selector)
            asked = self.labels if names is None else [name for name in names if name in self.labels]
            self._carried[selector] = any(self._judge(selector, name) is not Sure.NO for name in asked)
        return self._carried[selector]

    def _judge(self, selector: Selector, namespace: str) -> Sure:
        known = self.labels.get(namespace)
        if not namespace or is_variable(namespace):
            return Sure.MAYBE
        if known is None:
            return admits(selector, {NAMESPACE_NAME: namespace}, lambda key: key != NAMESPACE_NAME)
        if namespace in self._changed:
            return admits(selector, known, lambda key: key not in known)
        return admits(selector, known, lambda _: False)

    def near(self, name: str) -> str:
        """The namespace of the tree that a name looks like; "" for one that looks like none, or is there."""
        if name not in self._near:
            from difflib import get_close_matches  # noqa: PLC0415 - for mistakes alone

            found = get_close_matches(name, self.labels, n=1, cutoff=0.85) if name not in self.labels else []
            self._near[name] = found[0] if found else ""
        return self._near[name]

    def has_strangers(self, namespace: str) -> bool:
        """Whether pods may run in a namespace that no file of the tree shows."""
        if namespace not in self._strangers:
            # where the tree has no pods at all, whoever is there is not in it
            self._strangers[namespace] = (
                not namespace
                or is_variable(namespace)
                or bool(self.draft)
                or bool(self._world.outsiders.may_make("Pod", namespace))
                or not self._world.pods.selected(namespace, EVERYTHING)
            )
        return self._strangers[namespace]


def names_in(selector: Selector) -> tuple[str, ...] | None:
    """The namespaces that a selector asks for by name; None where it does not."""
    for key, value in selector.labels:
        if key == NAMESPACE_NAME:
            return (value,)
    for one in selector.requirements:
        if one.key == NAMESPACE_NAME and one.operator == "In":
            return one.values
    return None
