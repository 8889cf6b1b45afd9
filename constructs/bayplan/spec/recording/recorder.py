"""Notes what an app file says: words stay unjudged, so that all mistakes of a file can be told at once."""

from __future__ import annotations

import sys
from enum import Enum
from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import step
from bayplan.spec.recording.call import lines_of
from bayplan.spec.source import Place
from bayplan.spec.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import FrameType

WORD = "$word"
"""Key under which the class of a word travels; no field and no setting can be called so."""

UNPLAIN = "$unplain"
"""Key under which the type of something travels that is no plain data."""

DEPTH_MAX = 50


class Recorder:
    """Takes the place of the judge (`Word.__init__`) while an app file runs."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._apps = str(root / "apps") + "/"
        self._notes: dict[int, tuple[Word, str, dict[str, int]]] = {}
        self.places: dict[str, Place] = {}

    def start(self) -> None:
        """From now on words are noted, not judged: for a process that does nothing else."""
        recorder = self

        def note(word: Word, /, *unnamed: object, **said: Any) -> None:  # noqa: ANN401 - unjudged, so of any type
            recorder._note(word, unnamed, said)

        def copy(word: Word, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Word:  # noqa: ARG001
            return recorder._copy(word, update or {})

        type.__setattr__(Word, "__init__", note)
        type.__setattr__(Word, "model_copy", copy)

    def place_of(self, frame: FrameType | None) -> Place:
        """The line of the app's code that a frame belongs to, itself or through what it called."""
        frame = self._own(frame)
        if frame is None:
            return Place(file="apps", line=0)
        return Place(file=self.shown(frame.f_code.co_filename), line=frame.f_lineno)

    def is_own(self, file: str) -> bool:
        """Whether a file of code belongs to the apps."""
        return file.startswith(self._apps)

    def tell(self, said: object, pointer: str = "", place: Place | None = None) -> object:
        """What was said as plain data; what is none is named instead, for the judge to refuse."""
        place = place or Place(file="apps", line=0)
        if pointer.count("/") > DEPTH_MAX:
            return {UNPLAIN: "a value that holds itself, or is nested too deeply,"}
        if isinstance(said, Word):
            return self._tell_word(said, pointer, place)
        place = self.places.setdefault(pointer, place)
        if isinstance(said, Enum):
            said = said.value
        if isinstance(said, (list, tuple)):
            return [self._tell_part(item, pointer, number, place) for number, item in enumerate(said)]
        if isinstance(said, dict) and all(type(key) is str for key in said):
            return {key: self._tell_part(value, pointer, key, place) for key, value in said.items()}
        if said is None or isinstance(said, (str, bool, float)) or (isinstance(said, int) and abs(said) < 2**63):
            return said
        return {UNPLAIN: _kind(said)}

    def _tell_part(self, part: object, pointer: str, key: str | int, place: Place) -> object:
        pointer = step(pointer, key)
        return self.tell(part, pointer, self.places.get(pointer, place))

    def _tell_word(self, word: Word, pointer: str, place: Place) -> object:
        _, file, lines = self._notes.get(id(word), (word, place.file, {"": place.line}))
        for below, line in lines.items():
            self.places[pointer + below] = Place(file=file, line=line)
        told = {key: getattr(word, key) for key in word.__dict__ if key in word.model_fields_set or key == "kind"}
        at = self.places[pointer]
        return {WORD: type(word).__name__} | {k: self._tell_part(v, pointer, k, at) for k, v in told.items()}

    def _note(self, word: Word, unnamed: tuple[object, ...], said: dict[str, Any]) -> None:
        frame = self._own(sys._getframe(2))  # noqa: SLF001 - the caller's line is what this module is for
        if unnamed:
            name = type(word).__name__
            raise TypeError(f"{name} takes its parts by name: {name}(name=...), not {name}({unnamed[0]!r})")
        fields = type(word).model_fields
        defaults = {k: f.get_default(call_default_factory=True) for k, f in fields.items() if not f.is_required()}
        _fill(word, defaults | said, set(said))
        if frame:
            self._notes[id(word)] = (word, self.shown(frame.f_code.co_filename), lines_of(frame))

    def _copy(self, word: Word, update: Mapping[str, Any]) -> Word:
        copy = type(word).__new__(type(word))
        _fill(copy, word.__dict__ | dict(update), word.model_fields_set | set(update))
        frame = self._own(sys._getframe(2))  # noqa: SLF001 - as above
        if frame:
            here = lines_of(frame)
            _, file, lines = self._notes.get(id(word), (word, "", {}))
            new = {step("", key): here.get(step("/update", key), here[""]) for key in update}
            same_file = file == self.shown(frame.f_code.co_filename)
            old = lines if same_file else {}
            self._notes[id(copy)] = (copy, self.shown(frame.f_code.co_filename), old | {"": here[""]} | new)
        return copy

    def _own(self, frame: FrameType | None) -> FrameType | None:
        while frame and not self.is_own(frame.f_code.co_filename):
            frame = frame.f_back
        return frame

    def shown(self, file: str) -> str:
        """A file as messages say it: below the repository, with `/`."""
        return file.removeprefix(f"{self._root}/")


def _fill(word: Word, values: dict[str, Any], said: set[str]) -> None:
    object.__setattr__(word, "__dict__", values)
    object.__setattr__(word, "__pydantic_fields_set__", said)
    object.__setattr__(word, "__pydantic_extra__", None)
    object.__setattr__(word, "__pydantic_private__", {"_origin": ""})


def _kind(said: object) -> str:
    if isinstance(said, dict):
        return "a dict whose keys are not all text"
    return "so large a number" if isinstance(said, int) else f"a Python {type(said).__name__}"
