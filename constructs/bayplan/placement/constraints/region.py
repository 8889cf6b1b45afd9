"""Region: data stays where it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.words import listing

if TYPE_CHECKING:
    from bayplan.placement.problem import Demand, Pool


def refuse(demand: Demand, pool: Pool) -> str:
    """A pool in another region, or in one that is not known."""
    if not demand.regions or pool.region in demand.regions:
        return ""
    return f"it stands in {pool.region or 'an unknown region'}, the app may run in {listing(list(demand.regions))} only"
