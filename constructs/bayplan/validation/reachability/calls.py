"""What must get through: who calls whom on which port, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bayplan.validation.reachability.ends import End
    from bayplan.validation.reachability.policy import Policy

DNS_PORT, ISTIOD_PORT, HBONE_PORT, MERGED_METRICS_PORT = 53, 15012, 15008, 15020


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Call:
    """One thing that must work. Of several sources, targets or ports it is enough that one gets through."""

    sources: tuple[End, ...]
    targets: tuple[End, ...]
    ports: tuple[tuple[str, int], ...]
    """Protocol and number, in the pods of the target."""
    why: str
    """How it is known, in words: `VirtualService chat/web sends to it`."""
    fallback: End | None = None
    """Whoever may stand in for the source or target in a cluster that is set up in an unusual way."""
    doubt: str = ""
    """Why it may not be needed at all, in words."""
    asks_anybody: bool = False
    """Whether it is not known who calls: a port that is open to anybody at all is then taken as open to them."""

    @property
    def source(self) -> End:
        """The first source: the one to name."""
        return self.sources[0]

    @property
    def target(self) -> End:
        """The first target."""
        return self.targets[0]

    @property
    def port(self) -> str:
        """The first port, as policies write it."""
        protocol, number = self.ports[0]
        return f"{protocol} {number}"


class Stop(NamedTuple):
    """A call that does not get through."""

    call: Call
    direction: str
    """Which side stops it: `egress` of the source, `ingress` of the target."""
    policies: tuple[Policy, ...]
    """Those that isolate that side; the most specific first."""
    doubt: str
    """Why that is not sure, in words."""
