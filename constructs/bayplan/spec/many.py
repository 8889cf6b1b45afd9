"""Several of something: written as a list, kept as a tuple, so that no word ever changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # type checkers let authors write lists; readers get what both have in common
    from collections.abc import Sequence as Many
else:

    class Many:
        """`Many[Name]` is a tuple of names for pydantic."""

        def __class_getitem__(cls, item: object) -> object:
            return tuple[item, ...]


__all__ = ["Many"]
