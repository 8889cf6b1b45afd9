"""Waiting for a condition, with a deadline, and saying what was last seen when it does not come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

SeenT = TypeVar("SeenT")
PAUSE_S = 0.2


class NotYet(Exception):  # noqa: N818 - it is no error: what is waited for has not come
    """The condition does not hold yet; the text says what is seen instead."""


class TooLate(Exception):  # noqa: N818 - the same
    """The condition did not come in time; the text says what was waited for and what was last seen."""


def wait_for(what: str, condition: Callable[[], SeenT], *, within_s: float) -> SeenT:
    """Call `condition` until it returns without raising NotYet, and return what it gave.

    Raises TooLate after `within_s` seconds with the text of the last NotYet; anything else is raised as it comes.
    """
    end = time.monotonic() + within_s
    while True:
        try:
            return condition()
        except NotYet as seen:
            if time.monotonic() > end:
                raise TooLate(f"waited {within_s:g} s for {what}; last seen: {seen}") from seen
        time.sleep(PAUSE_S)
