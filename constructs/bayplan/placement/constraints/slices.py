"""Slices: who asks for a part of an accelerator goes where accelerators are cut so, and nobody else does.

How many slices there are is counted in `capacity`; that a layout can be at all is said in `spec.mig`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.mig import PREFIX, UNCUT

if TYPE_CHECKING:
    from bayplan.placement.problem import Demand, Pool


def refuse(demand: Demand, pool: Pool) -> str:
    """Accelerators that are whole, or cut otherwise; and cut ones for who needs whole ones."""
    is_cut = pool.layout not in ("", UNCUT)
    if demand.accelerators and is_cut:
        return f"its accelerators are cut ({pool.layout}), whole ones are asked for"
    for name, need, room in zip(pool.resources, demand.extra, pool.extra, strict=True):
        if need and not room and name.startswith(PREFIX):
            if pool.accelerator_model is None:
                return "its nodes have no accelerators"
            how = f"cut otherwise ({pool.layout})" if is_cut else "not cut"
            return f"its accelerators are {how}, {name.removeprefix(PREFIX)} is asked for"
    return ""
