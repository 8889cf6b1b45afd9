"""The world outside of the cluster, as the network sees it: policies know numbers, and no names of hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.render.api_object import Body

ANYWHERE = ("0.0.0.0/0", "::/0")
"""Every address there is."""


def blocks(ranges: Iterable[str] = ANYWHERE) -> list[Body]:
    """Ranges of addresses as peers of a NetworkPolicy."""
    return [{"ipBlock": {"cidr": one}} for one in ranges]
