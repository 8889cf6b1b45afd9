"""Who reaches whom, as a list: for a table, for a picture, and for other programs.

Pods that no policy isolates reach each other on every port: that is said once of each (`takes_all`, `sends_all`) and
not for every pair. What is listed is what policies let through, and what must get through and does not.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A kind of pods of the tree, or somebody outside of it."""

    is_outside: bool = False
    """Whether it is not in the tree: then its name is what a policy or a route says of it."""
    namespace: str
    """"" for whoever is not in the tree."""
    name: str
    """`Deployment web`."""
    takes_all: bool = True
    """Whether no policy isolates it for what comes in."""
    sends_all: bool = True
    """Whether no policy isolates it for what goes out."""

    def __str__(self) -> str:
        """`shop/web` for a Deployment, `shop/store (StatefulSet)` for other kinds."""
        if self.is_outside:
            return self.name
        kind, _, name = self.name.partition(" ")
        where = f"{self.namespace}/{name}" if self.namespace else name
        return where if kind == "Deployment" else f"{where} ({kind})"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Flow:
    """What gets from one place to another."""

    source: Place
    target: Place
    ports: str
    """`TCP 8080, UDP 53`, `every port`."""
    policies: tuple[str, ...]
    """The policies that let it through, of both sides; none where no policy isolates them."""
    is_sure: bool = True
    """False where labels or addresses that the tree does not show decide."""
    refused_by: tuple[str, ...] = ()
    """Policies of the mesh that refuse all of it all the same."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Stopped:
    """What must get through and does not."""

    source: Place
    target: Place
    ports: str
    why: str
    policies: tuple[str, ...]
    rule: str
    """The code that tells it."""
    is_sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """One cluster."""

    cluster: str
    places: tuple[Place, ...]
    flows: tuple[Flow, ...]
    stopped: tuple[Stopped, ...]


class Scope:
    """Which part of a tree is asked for; empty words ask for all."""

    def __init__(self, namespace: str = "", source: str = "", target: str = "") -> None:
        self._namespace, self._source, self._target = namespace, source, target

    def has(self, source: Place, target: Place) -> bool:
        """Whether a flow is asked for: in the namespace on either side, and with the words in the names of its ends."""
        near = not self._namespace or self._namespace in (source.namespace, target.namespace)
        return near and self._source in str(source) and self._target in str(target)
