"""What a row is measured on, and how its figures are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from bench.placement.instances import SHARES, make
from bench.placement.record import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.placement.instances import Instance, Mix

MIXES: tuple[Mix, ...] = tuple(SHARES)

Measurement: TypeAlias = tuple[str, Callable[[], Mapping[str, Figure]]]
"""The name of one line of a table, and what fills it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One platform to place."""

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
        """The platform itself."""
        return make(self.workloads, self.types, self.seed, self.mix)


def each(
    measure: Callable[[Case], Mapping[str, Figure]], sizes: Iterable[tuple[int, int]], seed: int, scheduler: str = ""
) -> list[Measurement]:
    """Every size in both mixes."""
    cases = [
        Case(mix=mix, workloads=workloads, types=types, seed=seed, scheduler=scheduler)
        for workloads, types in sizes
        for mix in MIXES
    ]
    return [(case.name, partial(measure, case)) for case in cases]


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
    """A time, and behind it the work of all cores."""
    told, cpu = figures.get(f"{name}_s"), figures.get(f"{name}_cpu_s")
    if not isinstance(told, int | float):
        return "-"
    return f"{told:.1f} ({cpu:.1f})" if isinstance(cpu, int | float) else f"{told:.1f}"
