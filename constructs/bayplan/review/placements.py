"""What becomes of the plans: moves between pools, nodes, money."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.review.review import Placement
    from bayplan.review.revision import Revision


def compare(base: Revision, head: Revision) -> Iterator[Placement]:  # noqa: ARG001 - written next
    """What is otherwise in the plan of each cluster."""
    yield from ()
