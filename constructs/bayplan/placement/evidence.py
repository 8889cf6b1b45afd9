"""What shows how good a plan is at one end of the load: a packing that was found, and a proof of what none can beat."""

from __future__ import annotations

from dataclasses import dataclass

from bayplan.placement.certificate.statement import Certificate  # noqa: TC001 - the lock reads this type


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """Nodes of one pool that could be filled alike."""

    pool: str
    nodes: int
    pods: tuple[tuple[str, int], ...]
    """Pods on each node, under the name of the first workload of their kind; sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Money in 1e-4 USD per hour."""

    certificate: Certificate
    """Proves the plan's bound; see `certificate.check`."""
    packed_e4_usd_per_hour: int
    """Of all nodes, were every pod seated by hand."""
    fillings: tuple[Filling, ...] | None = None
    """How, in the pools where no policy between workloads is at work, the others are as in the plan; None where nothing
    cheaper was found than the plan itself."""
