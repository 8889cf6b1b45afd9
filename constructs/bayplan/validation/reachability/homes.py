"""Namespaces and their labels: what a namespaceSelector is asked about."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, texts_at
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
        self._admitted: dict[tuple[int, str], tuple[Selector, Sure]] = {}

    @cached_property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """The labels of every Namespace that a file has, with the one that the API server adds."""
        found: dict[str, dict[str, str]] = {}
        for one in self._world.by_kind.get("Namespace", ()):
            name = one.ref.name
            found[name] = {**found.get(name, {}), **texts_at(one.body, "metadata", "labels"), NAMESPACE_NAME: name}
        return found

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
        key = (id(selector), namespace)
        if key not in self._admitted:
            # the selector is kept: its identity must not be given to another
            self._admitted[key] = (selector, self._judge(selector, namespace))
        return self._admitted[key][1]

    def _judge(self, selector: Selector, namespace: str) -> Sure:
        known = self.labels.get(namespace)
        if not namespace or is_variable(namespace):
            return Sure.MAYBE
        if known is None:
            return admits(selector, {NAMESPACE_NAME: namespace}, lambda key: key != NAMESPACE_NAME)
        if namespace in self._changed:
            return admits(selector, known, lambda key: key not in known)
        return admits(selector, known, lambda _: False)

    def has_strangers(self, namespace: str) -> bool:
        """Whether pods may run in a namespace that no file of the tree shows."""
        if not namespace or is_variable(namespace) or self._world.outsiders.may_make("Pod", namespace):
            return True
        return not self._world.pods.selected(namespace, EVERYTHING)  # whoever is there is not in the tree


def names_in(selector: Selector) -> tuple[str, ...] | None:
    """The namespaces that a selector asks for by name; None where it does not."""
    for key, value in selector.labels:
        if key == NAMESPACE_NAME:
            return (value,)
    for one in selector.requirements:
        if one.key == NAMESPACE_NAME and one.operator == "In":
            return one.values
    return None
