"""The one way in which apps and clusters are said: frozen, strict words that know where they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr, model_validator

from bayplan.spec.said import Said
from bayplan.spec.wrong import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping


class Word(BaseModel):
    """A piece of an app or a cluster file: unknown keys are refused, nothing changes after it was said."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, validate_default=True)

    _origin: str = PrivateAttr(default="")
    _text: str = PrivateAttr(default="")

    @model_validator(mode="before")
    @classmethod
    def _refuse_other_words(cls, said: object) -> object:
        # an empty Spread() would otherwise pass as an empty Rollout()
        if isinstance(said, Said) and said.word != cls.__name__:
            refuse(f"{said.word}(...) stands where {cls.__name__}(...) belongs", f"Write {cls.__name__}(...).")
        return said

    @property
    def origin(self) -> str:
        """`apps/chat.yaml#L12`: the line where it was written; "" for words said outside of an app file."""
        return self._origin

    def write_origin(self, origin: str) -> None:
        """Note where the word was written: for the loader alone, once."""
        self._origin = origin

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some parts said anew. Unlike pydantic's own it is checked like any other word."""
        if not update:
            return super().model_copy(deep=deep)
        said = {key: getattr(self, key) for key in self.model_fields_set} | dict(update)
        copy = type(self)(**said)
        copy.write_origin(self._origin)
        return copy

    def __eq__(self, other: object) -> bool:
        """Two words are equal when they say the same, wherever they were written."""
        return isinstance(other, Word) and type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        # a cluster file is asked for as the key of a cache a thousand times, and its text takes a millisecond to make
        self._text = self._text or repr(self)
        return hash((type(self), self._text))
