"""The one way in which apps and clusters are said: frozen, strict words that know where they were written."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, PrivateAttr


class Word(BaseModel):
    """A piece of an app or a cluster file: unknown keys are refused, nothing changes after it was said."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, validate_default=True)

    _origin: str = PrivateAttr(default="")

    @property
    def origin(self) -> str:
        """`apps/chat.yaml#L12`: the line where it was written; "" for words said outside of an app file."""
        return self._origin

    def write_origin(self, origin: str) -> None:
        """Note where the word was written: for the loader alone, once."""
        self._origin = origin

    def __eq__(self, other: Any) -> bool:
        """Two words are equal when they say the same, wherever they were written."""
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.__dict__.items())))
