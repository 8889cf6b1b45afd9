"""A workload whose pods may be made anew: what of its templates has changed, and how many pods it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from bayplan.review.review import Weight
from bayplan.validation.budget import PERCENT, scaled
from bayplan.validation.fields import value_at
from bayplan.validation.once import once
from bayplan.validation.pods import Count
from bayplan.validation.selectors import of_labels
from bayplan.validation.templates.reading import fixed

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair
    from bayplan.review.review import Part
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

NOTHING = Count(0, 0)


class Step(NamedTuple):
    """What a controller does about a change."""

    code: str
    says: str
    weight: Weight
    pods: int = 0
    down: int = 0
    doubt: str = ""
    fix: str = ""
    pointer: str = ""
    """The part that brings it about, where that is not the template."""
    why: str = ""
    """The same for the reason."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Change:
    """One workload at both revisions."""

    comparison: Comparison
    pair: Pair
    parts: tuple[Part, ...]
    """Of what its pods are made of; none where only something beside it has changed."""

    @property
    def before(self) -> Manifest:
        """As it was."""
        return self.pair.before

    @property
    def after(self) -> Manifest:
        """As it is."""
        return self.pair.after

    @cached_property
    def pods(self) -> tuple[Pod, ...]:
        """The kinds of its pods."""
        return self.comparison.head.pods.made_by(self.after)

    @cached_property
    def had(self) -> Count:
        """How many pods there were."""
        return number(self.comparison.base, self.before)

    @cached_property
    def has(self) -> Count:
        """How many pods there will be."""
        return number(self.comparison.head, self.after)

    @cached_property
    def is_served(self) -> bool:
        """Whether a Service sends requests to the pods."""
        serving = served(self.comparison.head)
        return any(id(pod) in serving for pod in self.pods)

    def said(self, *path: str) -> object:
        """What the object says now, at a path of keys."""
        return value_at(self.after.body, *path)

    def weight(self, down: int, of: int | None) -> Weight:
        """How much it matters that so many pods are missing at a time."""
        if not down:
            return Weight.NOTE
        return Weight.DANGER if self.is_served and of is not None and down >= of else Weight.ATTENTION


def number(world: World, manifest: Manifest) -> Count:
    """Pods of a workload, between the two numbers of its autoscalers where it has any."""
    pods = world.pods.made_by(manifest)
    autoscalers = world.scaling.of(manifest.ref)
    if autoscalers and value_at(manifest.body, "spec", "replicas") != 0:
        lowest, highest = min(one.lowest for one in autoscalers), max(one.highest for one in autoscalers)
        return Count(max(0, lowest), max(0, highest))
    # without pods the template is another's
    counts = [pod.count for pod in pods] or [fixed(manifest.body, "spec", "replicas")]
    return Count(total([one.least for one in counts]), total([one.most for one in counts]))


def total(numbers: list[int | None]) -> int | None:
    """All of them, where all are known; never less than none."""
    known = [one for one in numbers if one is not None]
    return max(0, sum(known)) if len(known) == len(numbers) else None


@once
def served(world: World) -> frozenset[int]:
    """Pods, by identity, that a Service selects."""
    found: set[int] = set()
    for service in world.by_kind.get("Service", ()):
        selector = value_at(service.body, "spec", "selector")
        if isinstance(selector, dict) and selector:
            labels = {str(key): str(value) for key, value in selector.items()}
            found.update(id(pod) for pod in world.pods.selected(service.ref.namespace, of_labels(labels)))
    return frozenset(found)


def counted(count: Count, what: str = "pod") -> str:
    """A number of pods in words."""
    if count.most is None or count.least is None:
        return f"its {what}s" if not count.least else f"{count.least} or more {what}s"
    if count.least == count.most:
        return several(count.most, what)
    return f"{count.least} to {several(count.most, what)}"


def several(number_of: int, what: str) -> str:
    """`1 pod`, `2 pods`."""
    return f"{number_of} {what}" if number_of == 1 else f"{number_of} {what}s"


def staying_ready(number_of: int) -> str:
    """Those that are not missing."""
    return f"{number_of} stays ready" if number_of == 1 else f"{number_of} stay ready"


def rounded_up(amount: object, total: int, default: int | str) -> int:
    """A number or a share of a total, as Kubernetes rounds a surge."""
    told = amount if isinstance(amount, int | str) and not isinstance(amount, bool) else default
    found = scaled(told, total)
    return found if found is not None else scaled(default, total) or 0


def rounded_down(amount: object, total: int, default: int | str) -> int:
    """The same, as Kubernetes rounds what may be missing."""
    told = amount if isinstance(amount, int | str) and not isinstance(amount, bool) else default
    if isinstance(told, str):
        share = told if PERCENT.fullmatch(told) else str(default)
        return floor(int(share[:-1]) * total / 100) if share.endswith("%") else int(share)
    return told
