"""What a waiting job waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.admission.nearness import seat
from bayplan.spec.queueing.amount import told
from bayplan.spec.queueing.flavor import CPU, DISK, MEMORY

if TYPE_CHECKING:
    from bayplan.placement.admission.line import Waiting
    from bayplan.placement.admission.simulation import Simulation


def why_waiting(simulation: Simulation, waiting: Waiting) -> str:
    """The quota that is short for it, in the first kind of node that has too little; or who stands before it."""
    line = simulation.lines[waiting.job.team]
    before = [one.job.name for one in line.active if one.rank < waiting.rank]
    if line.is_strict and before:
        return f"stands behind {before[0]}, which holds its queue up"
    taken: dict[tuple[str, str], int] = {}
    chosen = []
    for podset in waiting.job.podsets:
        shorts = []
        for flavor in (one for one in line.node.flavors if one in podset.flavors):
            asked = {name: taken.get((flavor, name), 0) + amount for name, amount in podset.asks.items()}
            short = [name for name, amount in asked.items() if amount > line.node.available((flavor, name))]
            if not short:
                taken |= {(flavor, name): amount for name, amount in asked.items()}
                chosen.append(flavor)
                break
            short.sort(key=lambda name: (name in (CPU, MEMORY, DISK), name))
            left = max(0, line.node.available((flavor, short[0])))
            shorts.append(f"{told(short[0], asked[short[0]])} of {flavor}, of which {told(short[0], left)} is left")
        else:
            return f"needs {', or '.join(shorts)}" if shorts else "has no kind of node in its queue"
    if seat(simulation.spots, waiting.job, chosen) is None:
        kinds = " and ".join(sorted(set(chosen) & simulation.spots.keys()))
        return f"needs room for its pods on nodes of {kinds} that are near each other, of which too little is left"
    return "waits for its turn"
