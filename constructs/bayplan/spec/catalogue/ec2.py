"""The EC2 types of `ec2.csv`; see `ec2.md` for where the figures come from.

Only looked at when a pool names a type, and then only as text: one line becomes an Instance when it is asked for.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bayplan.spec.cluster import Instance

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).with_name("ec2.csv")


@lru_cache(maxsize=1)
def lines() -> Mapping[str, str]:
    """The line of every type, by its name."""
    rows = FILE.read_text(encoding="utf-8").splitlines()[1:]
    return {row.partition(",")[0]: row for row in rows}


PRICED_IN = "us-east-1"
"""Region of the catalogue's prices; ec2.md says why it is the only one."""


def find(name: str) -> Instance | None:
    """What pods can use of a type, and its price on demand in us-east-1; None where the catalogue has no such type."""
    row = lines().get(name)
    if row is None:
        return None
    _, architecture, cpu, memory, pods, model, count, each, resource, usd = row.split(",")
    figures = {"architecture": architecture, "cpu": f"{cpu}m", "memory": f"{memory}Mi", "pods": int(pods)}
    if model:
        figures |= {"accelerator": model, "accelerators": int(count), "resource": resource}
    if each:
        figures |= {"accelerator_memory": f"{each}Mi"}
    return Instance.model_validate(figures | {"usd_per_hour": round_price(usd)})


def round_price(usd: str) -> str:
    """A price with the four decimals that plans count in, rounded up: no plan is cheaper than its bill."""
    e4 = -(-Fraction(usd) * 10_000 // 1)
    return f"{e4 // 10_000}.{e4 % 10_000:04d}"
