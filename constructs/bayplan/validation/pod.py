"""A kind of pods: what one template of one object makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.references import Reference, references_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest


class Count(NamedTuple):
    """How many pods there are of a kind, as the object itself says.

    An HorizontalPodAutoscaler or ScaledObject that scales it is not counted here: ask `world.scaling` for those.
    """

    least: int | None
    """At the least while it runs; 0 for what is idle at times; None where that is not written in the tree."""
    most: int | None
    """At the most; None where nothing in the tree says so: the number of nodes, an autoscaler, a variable."""


ONE = Count(1, 1)
UNCOUNTED = Count(None, None)


class Container(NamedTuple):
    """A container of a pod and where it stands in the owner's body."""

    body: dict[str, Any]
    pointer: str
    role: str
    """`container`, `sidecar` (an init container that stays) or `init`."""

    @property
    def name(self) -> str:
        """Name of the container."""
        return text_at(self.body, "name")


@dataclass(frozen=True, kw_only=True, eq=False)
class Pod:
    """Pods of one template; they are all alike."""

    owner: Manifest
    labels: Mapping[str, str]
    """What is in the template, and what the controller adds that is known without running it."""
    added_labels: tuple[str, ...]
    """Keys of labels that the controller adds with values that only it knows."""
    spec: dict[str, Any]
    """The PodSpec, as the controller would make it as far as that can be told. Without the sidecars of a mesh."""
    pointer: str
    """JSON pointer of `spec` in the owner, or of what comes nearest to it."""
    annotations: Mapping[str, Any] = field(default_factory=dict)
    """Annotations in the template."""
    count: Count = ONE
    role: str = ""
    """Which of the owner's pods these are: `head`, `worker`; "" where it makes one kind only."""
    is_completed: bool = False
    """Whether an operator fills in what is not written: an absent image, command, port or name is no mistake."""
    is_borrowed: bool = False
    """Whether another object of the tree holds the template, and is judged for it."""
    written: tuple[Container, ...] = ()
    """The containers, where they do not stand in lists below the pointer."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Where else in the owner a part of the spec is written, by its JSON pointer in the spec."""

    @property
    def namespace(self) -> str:
        """Namespace of owner and pods."""
        return self.owner.ref.namespace

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """Every container, in the order in which they start."""
        return self.written or tuple(containers_in(self.spec, self.pointer))

    def place_of(self, where: str) -> str:
        """Where in the owner that is written which a rule has found at this pointer."""
        inside = where.removeprefix(self.pointer)
        if self.places and inside != where:
            for part, place in sorted(self.places.items(), reverse=True):  # the longest first
                if f"{inside}/".startswith(f"{part}/"):
                    return place + inside.removeprefix(part)
        return where

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Everything that it needs by name from its namespace."""
        return tuple(references_of(self))


def containers_in(spec: dict[str, Any], pointer: str) -> list[Container]:
    """The containers of a PodSpec that stands at a pointer, in the order in which they start."""
    first = [
        Container(body, f"{pointer}/initContainers/{index}", role_of(body))
        for index, body in mappings_at(spec, "initContainers")
    ]
    then = [
        Container(body, f"{pointer}/containers/{index}", "container") for index, body in mappings_at(spec, "containers")
    ]
    return first + then


def role_of(init_container: dict[str, Any]) -> str:
    """Whether an init container stays beside the others or ends before them."""
    return "sidecar" if init_container.get("restartPolicy") == "Always" else "init"
