"""What a row is measured on, and how its figures are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bench.placement.instances import SHARES, make

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bench.placement.instances import Instance, Mix
    from bench.placement.record import Figure

MIXES: tuple[Mix, ...] = tuple(SHARES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One line of a table."""

    mix: Mix
    workloads: int
    types: int
    seed: int
    scheduler: str = ""
    """Where the row is about one."""

    @property
    def name(self) -> str:
        """What tells it from the others of its row."""
        return f"{self.mix} {self.workloads} x {self.types} seed {self.seed} {self.scheduler}".strip()

    def instance(self) -> Instance:
        """The platform to place."""
        return make(self.workloads, self.types, self.seed, self.mix)


def cases(sizes: Iterable[tuple[int, int]], seed: int, scheduler: str = "") -> list[Case]:
    """Every size in both mixes."""
    return [
        Case(mix=mix, workloads=workloads, types=types, seed=seed, scheduler=scheduler)
        for workloads, types in sizes
        for mix in MIXES
    ]


def above(figures: Mapping[str, Figure], name: str) -> str:
    """How far a cost lies above the bound, in percent; a dash where there is none."""
    cost, bound = figures.get(name), figures.get("e4_bound")
    if not isinstance(cost, int) or not isinstance(bound, int) or not bound:
        return "-"
    return f"{(cost - bound) / bound * 100:+.2f} %"


def usd(figures: Mapping[str, Figure], name: str) -> str:
    """A cost in USD per hour."""
    cost = figures.get(name)
    return f"{cost / 10_000:.2f}" if isinstance(cost, int) else "-"


def seconds(figures: Mapping[str, Figure], name: str) -> str:
    """A time."""
    told = figures.get(name)
    return f"{told:.1f}" if isinstance(told, int | float) else "-"


def whole(figures: Mapping[str, Figure], name: str) -> int:
    """A figure that is there, and a number."""
    return cast("int", figures[name])
