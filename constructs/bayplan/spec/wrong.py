"""How a word says what is wrong with it: what, what to do, and the place below the word that it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable

REFUSED = "bayplan"
"""The type of all pydantic errors that come from here; `wording` passes their text on as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One thing that is wrong with a word."""

    what: str
    fix: str
    at: str = ""
    """JSON pointer below the word that was checked: its line is the one that a person is sent to."""


def refuse(what: str, fix: str) -> NoReturn:
    """Refuse a single value: inside a pydantic validator."""
    refuse_all([Wrong(what=what, fix=fix)])
    raise AssertionError("unreachable")


def refuse_all(wrongs: Iterable[Wrong]) -> None:
    """Refuse a word for all that is wrong between its parts; does nothing where nothing is."""
    found = tuple(wrongs)
    if found:
        from pydantic_core import PydanticCustomError  # noqa: PLC0415 - checks of trees do not pay for pydantic

        text = "; ".join(f"{wrong.what}. {wrong.fix}" for wrong in found)
        raise PydanticCustomError(REFUSED, "{text}", {"text": text, "wrongs": found})


def show(written: object) -> str:
    """What was written, short enough for a message, and printable everywhere."""
    text = ascii(written) if isinstance(written, str) and not written.isprintable() else repr(written)
    return text if len(text) <= 80 else f"{text[:77]}..."
