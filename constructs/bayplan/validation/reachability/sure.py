"""How sure it is that something holds: labels that others add, and pods of others, leave doubts."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bayplan.validation.selectors import Selector


class Sure(IntEnum):
    """No, perhaps, yes: the smaller of two is their "and", the greater their "or"."""

    NO = 0
    MAYBE = 1
    YES = 2


def admits(selector: Selector, labels: Mapping[str, str], is_open: Callable[[str], bool]) -> Sure:
    """Whether labels are selected, where the values of open keys are not known."""
    found = Sure.YES
    for key, value in selector.labels:
        if is_open(key):
            found = Sure.MAYBE
        elif labels.get(key) != value:
            if not is_variable(value) and not is_variable(labels.get(key, "")):
                return Sure.NO
            found = Sure.MAYBE
    for one in selector.requirements:
        if is_open(one.key) or any(map(is_variable, [*one.values, labels.get(one.key, "")])):
            found = Sure.MAYBE
        elif not one.admits(labels):
            return Sure.NO
    return found
