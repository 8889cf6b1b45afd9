"""A pod as Pod Security admission looks at it, with the place of each part in the object that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.fields import mapping_at, mappings_at, text_at, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

INJECTED = "/(injected)"
"""Step of the pointer of what is not written anywhere."""


class Part(NamedTuple):
    """A container, or the pod itself, with the name that people call it by."""

    body: dict[str, Any]
    pointer: str
    title: str

    @property
    def context(self) -> dict[str, Any]:
        """Its securityContext; empty where it has none."""
        return mapping_at(self.body, "securityContext")


class Offence(NamedTuple):
    """One place of a pod that a level forbids."""

    pointer: str
    what: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """All of a pod that a level looks at."""

    spec: dict[str, Any]
    annotations: Mapping[str, str]
    pointer: str
    """JSON pointer of the pod's spec."""
    injected: Sequence[dict[str, Any]] = ()
    """Containers that a webhook adds."""

    @cached_property
    def pod(self) -> Part:
        """The pod as a whole."""
        return Part(self.spec, self.pointer, "the pod")

    @cached_property
    def containers(self) -> tuple[Part, ...]:
        """Every container, the injected ones too."""
        return tuple(self._containers())

    @property
    def is_windows(self) -> bool:
        """Whether it says that it is for Windows, where some fields cannot be set."""
        return text_at(self.spec, "os", "name") == "windows"

    @property
    def has_own_users(self) -> bool:
        """Whether root inside of it is nobody outside (`hostUsers: false`)."""
        return value_at(self.spec, "hostUsers") is False

    def _containers(self) -> Iterator[Part]:
        for key in ("initContainers", "containers", "ephemeralContainers"):
            for index, body in mappings_at(self.spec, key):
                yield Part(body, f"{self.pointer}/{key}/{index}", f"container {text_at(body, 'name') or index}")
        for body in self.injected:
            yield Part(body, self.pointer + INJECTED, f"the injected container {text_at(body, 'name')}")
