"""What is otherwise in an object, value by value, lists compared by their keys and without what means nothing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import step
from bayplan.review.review import Part
from bayplan.review.values.alignment import aligned
from bayplan.review.values.settle import settle, settled_object
from bayplan.review.values.shape import UNKNOWN, Shape
from bayplan.review.values.shown import SECRET_NAME, masked, shown
from bayplan.review.values.texts import document, places

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDER = "only the order of its entries is another"
HIDDEN = "what is not shown is another"
PLAIN = re.compile(r"[A-Za-z_][\w-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value stands, and what is known of it."""

    shape: Shape
    pointer: str = ""
    path: str = ""
    key: str = ""
    is_secret: bool = False
    """Whether no value from here on is shown."""
    in_pods: bool = False
    """Whether pods are made of it."""

    def below(self, key: str) -> Place:
        """What stands under a key."""
        shape = self.shape.field(key)
        return replace(
            self,
            shape=shape,
            pointer=step(self.pointer, key),
            path=f"{self.path}.{key}".lstrip(".") if PLAIN.fullmatch(key) else f"{self.path}[{key}]",
            key=key,
            in_pods=self.in_pods or self.shape.makes_pods,
        )

    def entry(self, index: int, label: str) -> Place:
        """An entry of a list."""
        entries = self.shape.entries
        pointer = f"{self.pointer}/{index}"
        return replace(self, shape=entries, pointer=pointer, path=f"{self.path}[{label}]")


def parts_of(before: dict[str, Any], after: dict[str, Any], shapes: tuple[Shape, Shape]) -> Iterator[Part]:
    """Every value that is otherwise; `shapes` are what the schemas say of each side."""
    kind = str(after.get("kind"))
    same_on_paper = {key for key in before.keys() & after.keys() if before[key] == after[key]} - {
        "kind",
        "stringData",
        "data",
    }
    was, now = (
        settled_object({key: value for key, value in body.items() if key not in same_on_paper}, shape)
        for body, shape in zip((before, after), shapes, strict=True)
    )
    top = Place(shape=shapes[1], in_pods=shapes[1].makes_pods)
    for key in sorted(was.keys() | now.keys()):
        place = top.below(key)
        if kind == "Secret" and key in ("data", "stringData"):
            yield from in_secret(was.get(key), now.get(key), before, after)
        else:
            yield from compared(Both(was.get(key), now.get(key), before.get(key), after.get(key)), place)


def in_secret(old: object, new: object, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Part]:
    """The keys of a Secret, where they are written; never what they hold."""
    was, now = (side if isinstance(side, dict) else {} for side in (old, new))
    for key in sorted(was.keys() | now.keys()):
        if was.get(key) != now.get(key):
            body = after if key in now else before
            texts = body.get("stringData")
            field = "stringData" if isinstance(texts, dict) and key in texts else "data"
            place = Place(shape=UNKNOWN, pointer=f"/{field}", path=field).below(key)
            yield Part(
                pointer=place.pointer,
                path=place.path,
                before=shown(was.get(key), is_secret=True),
                after=shown(now.get(key), is_secret=True),
            )


@dataclass(frozen=True, slots=True)
class Both:
    """A value then and now: settled, to compare it, and as it is written, to tell it."""

    old: Any
    new: Any
    before: Any
    after: Any

    def at(self, key: str) -> Both:
        """What stands under a key of both."""
        return Both(self.old.get(key), self.new.get(key), of(self.before, key), of(self.after, key))

    def entry(self, was: int | None, now: int | None) -> Both:
        """Two entries of both lists."""
        return Both(
            *(
                of(side, index)
                for side, index in zip((self.old, self.new, self.before, self.after), (was, now, was, now), strict=True)
            )
        )


def of(value: Any, key: Any) -> Any:  # noqa: ANN401 - any part of an object
    """What stands under a key or index; None where nothing does."""
    if isinstance(value, dict):
        return value.get(key)
    return value[key] if isinstance(value, list) and key is not None and key < len(value) else None


def compared(both: Both, place: Place) -> Iterator[Part]:
    """Every part of a value that is otherwise."""
    old, new = both.old, both.new
    if isinstance(old, dict) and isinstance(new, dict):
        inner = place if not is_secret_named(old, new) else replace(place, is_secret=True)
        for key in sorted(old.keys() | new.keys()):
            if not same(old.get(key), new.get(key)):
                yield from compared(both.at(key), (inner if key == "value" else place).below(key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from in_list(both, place)
    elif isinstance(old, str) and isinstance(new, str) and ("\n" in old or "\n" in new) and not place.is_secret:
        yield from in_text(old, new, place)
    elif not same(old, new):
        yield part(both, place)


def same(old: object, new: object) -> bool:
    """Whether two settled values are one; true is not 1."""
    return old == new and isinstance(old, bool) == isinstance(new, bool)


def is_secret_named(*sides: dict[str, Any]) -> bool:
    """Whether an environment variable, or what is like one, has the name of a secret."""
    return any(isinstance(side.get("name"), str) and SECRET_NAME.search(side["name"]) for side in sides)


def in_list(both: Both, place: Place) -> Iterator[Part]:
    """Entries beside each other, then their order."""
    found = aligned(both.old, both.new, place.shape, place.key, in_pods=place.in_pods)
    for match in found.matches:
        index = match.after if match.after is not None else match.before
        if index is not None and not same(of(both.old, match.before), of(both.new, match.after)):
            yield from compared(both.entry(match.before, match.after), place.entry(index, match.label))
    if found.order != ("", ""):
        before, after = (shown(json.loads(names), place.key) for names in found.order)
        yield Part(pointer=place.pointer, path=place.path, before=before, after=after, why=ORDER)


def in_text(old: str, new: str, place: Place) -> Iterator[Part]:
    """A long text by its keys, else by its lines."""
    if old == new:
        return
    files = document(old, place.key), document(new, place.key)
    if all(file is not None for file in files) and type(files[0]) is type(files[1]):
        inner = replace(place, shape=UNKNOWN, in_pods=False)
        try:
            was, now = (settle(file, UNKNOWN) for file in files)
            inside = [*compared(Both(was, now, *files), inner)]
        except RecursionError:  # somebody's file, nested without end
            inside = []
        if inside:
            yield from (replace(one, pointer=place.pointer) for one in inside)
            return
    for where, before, after in places(old, new):
        told = (shown(text or None, place.key) for text in (before, after))
        yield Part(pointer=place.pointer, path=f"{place.path}, {where}", before=next(told), after=next(told))


def part(both: Both, place: Place) -> Part:
    """One value that is another, as it is written."""
    sides = [
        written if written is not None else settled
        for settled, written in ((both.old, both.before), (both.new, both.after))
    ]
    before, after = (shown(side, place.key, is_secret=place.is_secret) for side in sides)
    is_hidden = before == after or any(masked(side, place.key) != side for side in sides)
    why = HIDDEN if is_hidden and before == after else ""
    return Part(pointer=place.pointer, path=place.path, before=before, after=after, why=why)
