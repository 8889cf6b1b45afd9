"""Shares of a hundred in whole numbers, as meshes want them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HUNDRED = 100


def hundredths(amounts: Mapping[str, int]) -> dict[str, int]:
    """Each amount's share of 100, at least 1, summing up to 100: what rounding leaves goes to the largest remainders.

    More than a hundred amounts have no such shares; there are as many as there are models of accelerators in one app.
    """
    whole = sum(amounts.values())
    shares = {name: max(1, HUNDRED * amount // whole) for name, amount in amounts.items()}
    ranked = sorted(amounts, key=lambda name: (-(HUNDRED * amounts[name] % whole), name))
    for name in ranked:
        shares[name] += 1 if sum(shares.values()) < HUNDRED else 0
    largest = max(shares, key=lambda name: (shares[name], name), default="")
    if largest:
        shares[largest] -= max(0, sum(shares.values()) - HUNDRED)
    return shares
