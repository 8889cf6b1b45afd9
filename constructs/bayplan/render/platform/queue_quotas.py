"""Quotas as Kueue writes them: every kind of node with all resources that a queue counts, in one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.queueing.amount import quantity
from bayplan.spec.queueing.share import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.render.api_object import Body
    from bayplan.spec.queueing.share import Share

_NONE = Cell()


def resource_groups(share: Share, covered: Sequence[str], *, has_parent: bool) -> list[Body]:
    """One group, for the pods of a job get all that they need from one kind of node; none where there is no flavor.

    Limits are said only of who has a cohort (`has_parent`): Kueue refuses them elsewhere.
    """
    flavors = [
        {
            "name": flavor.name,
            "resources": [
                _quota(name, share.cells.get((flavor.name, name), _NONE), limits=has_parent) for name in covered
            ],
        }
        for flavor in share.flavors
    ]
    return [{"coveredResources": [*covered], "flavors": flavors}] if flavors else []


def _quota(name: str, cell: Cell, *, limits: bool) -> Body:
    borrow = cell.borrow if limits else None
    lend = cell.lend if limits else None
    return {
        "name": name,
        "nominalQuota": quantity(name, cell.nominal),
        "borrowingLimit": None if borrow is None else quantity(name, borrow),
        "lendingLimit": None if lend is None else quantity(name, lend),
    }
