"""Realised cost: pools of fixed size that hold under kube-scheduler, in whatever order the pods arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bench.placement import arrivals, roles
from bench.placement.engines import pack, realise
from bench.placement.judge import faults
from bench.placement.rows.case import above, each, seconds, usd
from bench.placement.rows.referee import FoulError
from bench.placement.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.placement.arrivals import Guests, Pool, Scoring
    from bench.placement.instances import Instance
    from bench.placement.record import Figure
    from bench.placement.rows.case import Case, Measurement

TITLE = "Realised, pools of fixed size under kube-scheduler"
AIM = "LeastAllocated: at most 8 % above the bound at 200 workloads, 4 % from 1,000 on; MostAllocated: 5 % and 2 %"
HEADINGS = (
    "instance", "bound USD/h", "realised", "s (CPU s)", "pods waiting, worst of 20 new orders", "separation by role",
    "s (CPU s)", "pods waiting",
)  # fmt: skip
SIZES = ((200, 20), (200, 40), (1000, 20), (5000, 20))
SCHEDULERS: tuple[Scoring, ...] = ("LeastAllocated", "MostAllocated")
ROLES_UP_TO = 1000
"""Workloads; above, finding the peer's node counts by simulation takes many minutes."""
FRESH = 1_000_003
"""Seed of orders that neither contestant has seen."""


def measurements(seed: int, *, quick: bool) -> list[Measurement]:
    """Both mixes under both schedulers."""
    return [line for one in SCHEDULERS for line in each(measure, SIZES[:1] if quick else SIZES, seed, one)]


def measure(case: Case) -> dict[str, Figure]:
    """Our plan and separation by role, both tried in orders that they have not seen."""
    instance, scoring = case.instance(), cast("Scoring", case.scheduler)
    ours = realise(instance, scoring)
    figures: dict[str, Figure] = {
        "e4_bound": pack(instance).e4_bound,
        "e4_realised": ours.e4_usd_per_hour,
        **ours.spent.figures("realised"),
        "realised_waiting": _worst(instance, ours.pools, ours.guests, scoring),
        "even": sum(guest.even for guest in ours.guests),
    }
    if case.workloads <= ROLES_UP_TO:
        watch = Stopwatch()
        theirs = roles.separate(instance, scoring)
        figures |= watch.stop().figures("roles")
        figures["e4_roles"] = theirs.e4_usd_per_hour
        figures["roles_waiting"] = _worst(instance, theirs.pools, theirs.guests, scoring)
    return figures


def cells(figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """Distances from the bound, and who waits."""
    return (
        usd(figures, "e4_bound"),
        above(figures, "e4_realised"),
        seconds(figures, "realised"),
        str(figures.get("realised_waiting", "-")),
        above(figures, "e4_roles"),
        seconds(figures, "roles"),
        str(figures.get("roles_waiting", "-")),
    )


def _worst(instance: Instance, pools: Sequence[Pool], guests: Sequence[Guests], scoring: Scoring) -> int:
    """Pods that wait in the worst order; what each order ends in is judged like every packing, but for who waits."""
    most = 0
    for order in arrivals.orders(guests, seed=FRESH):
        seated = arrivals.arrive(pools, guests, order, scoring)
        most = max(most, seated.waiting)
        foul = [fault for fault in faults(instance, seated.nodes) if "have a seat" not in fault]
        if foul:
            raise FoulError(f"{instance.name}: {foul[0]}")
    return most
