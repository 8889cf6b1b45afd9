"""The arithmetic of PodDisruptionBudgets, as the disruption controller does it.

Percentages are rounded up, for what must stay as for what may go. Read in kubernetes/pkg/controller/disruption, 1.34.

Source: <https://kubernetes.io/docs/tasks/run-application/configure-pdb/#rounding-logic-when-specifying-percentages>
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil

PERCENT = re.compile(r"\d+%")


def scaled(amount: int | str, total: int) -> int | None:
    """An amount of a total: a number as it is, a percentage of the total rounded up; None for what is neither."""
    if isinstance(amount, int):
        return amount
    return ceil(Fraction(int(amount[:-1]) * total, 100)) if PERCENT.fullmatch(amount) else None


def evictions_allowed(pods: int, *, min_available: int | str | None, max_unavailable: int | str | None) -> int | None:
    """How many of so many healthy pods may be evicted at once; None where the budget cannot be read.

    `maxUnavailable` counts if both are given, which the API server refuses; a budget without either lets none go.
    """
    if max_unavailable is not None:
        gone = scaled(max_unavailable, pods)
        return None if gone is None else max(0, min(gone, pods))
    staying = scaled(min_available if min_available is not None else pods, pods)
    return None if staying is None else max(0, pods - staying)
