"""Who may reach whom, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.review.comparison import Comparison
    from bayplan.review.review import Flow


def flows(comparison: Comparison) -> Iterator[Flow]:  # noqa: ARG001 - written next
    """Every way that is opened or closed."""
    yield from ()
