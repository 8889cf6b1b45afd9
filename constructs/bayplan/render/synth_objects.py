"""What a tree of constructs holds, judged before any of it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests.origin import origin_of, place_of
from bayplan.manifests.pointer import step
from bayplan.manifests.ref import Ref
from bayplan.render.api_object import Folder, synthesise
from bayplan.render.synth_names import judge_folders, judge_ref

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import cdk8s

    from bayplan.render.api_object import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One object of the tree, as it came out of it: this is what is written."""

    folder: str
    """Path below dist/."""
    ref: Ref
    body: Body

    @property
    def cluster(self) -> str:
        """The first folder: what one API server is given."""
        return self.folder.partition("/")[0]

    def complain(self, what: str, fix: str = "") -> Complaint:
        """A complaint at the line that asked for the object, or at its folder."""
        file, line = place_of(origin_of(self.body) or self.folder)
        return Complaint(file=file, line=line, what=f"{self.ref}: {what}", fix=fix)


def objects_of(app: cdk8s.App) -> tuple[Held, ...]:
    """Every object of an app in the order of its charts; BadInput with all that must not be written.

    Refused are objects without kind or name, two of one identity in one cluster, folders that leave the tree, and
    values that the construct tree gave back other than they were handed over: JavaScript knows no whole numbers above
    2^53, and Kubernetes does.
    """
    charts = {folder: bodies for folder, bodies in synthesise(app).items() if bodies}
    held = tuple(
        Held(folder=folder, ref=Ref.of(body), body=body) for folder, bodies in charts.items() for body in bodies
    )
    nameless = [one.complain(why) for one in held if (why := judge_ref(one.ref))]
    for complaints in ([*judge_folders(tuple(charts)), *nameless], _find_twins(held), _find_changes(app, held)):
        if found := list(complaints):
            raise BadInput(found)
    return held


def _find_twins(held: Sequence[Held]) -> Iterator[Complaint]:
    first: dict[tuple[str, Ref], Held] = {}
    for one in held:
        other = first.setdefault((one.cluster, one.ref), one)
        if other is not one:
            where = f"{one.folder}" if one.folder == other.folder else f"{other.folder} and {one.folder}"
            yield one.complain(f"is there twice, in {where}", "Flux would apply both in turn: rename or drop one.")


def _find_changes(app: cdk8s.App, held: Sequence[Held]) -> Iterator[Complaint]:
    """Where what came out of the tree is not what our charts were given; charts of others are not ours to judge."""
    out = {(one.folder, one.ref): one for one in held}
    for folder in dict.fromkeys(one.folder for one in held):
        for given in _given_to(app, folder):
            ref = Ref.of(given)
            one = out.get((folder, ref))
            if one is None:
                why = judge_ref(ref) or "it got lost in the construct tree"
                yield Held(folder=folder, ref=ref, body=given).complain(why)
            elif one.body != given:
                for change in _changes(given, one.body, ""):
                    yield one.complain(change, "JavaScript cannot hold it: write a number as text, or use another key.")


def _given_to(app: cdk8s.App, folder: str) -> Sequence[Body]:
    node = app.node
    for segment in folder.split("/"):
        found = node.find_child(segment)
        node = found.node
    return found.bodies if isinstance(found, Folder) else ()


def _changes(given: Any, out: Any, pointer: str) -> Iterator[str]:  # noqa: ANN401 - any part of a body
    if isinstance(given, dict) and isinstance(out, dict):
        yield from _changes_of_keys(given, out, pointer)
    elif isinstance(given, list) and isinstance(out, list) and len(given) == len(out):
        for index, (one, other) in enumerate(zip(given, out, strict=True)):
            yield from _changes(one, other, step(pointer, index))
    elif given != out:
        yield f"{pointer} was {given!r} and came out of the construct tree as {out!r}"


def _changes_of_keys(given: Mapping[str, Any], out: Mapping[str, Any], pointer: str) -> Iterator[str]:
    for key in sorted(given.keys() | out.keys(), key=str):
        place = step(pointer, key)
        if key not in out:
            yield f"{place} got lost in the construct tree"
        elif key not in given:
            yield f"{place} was added by the construct tree"
        else:
            yield from _changes(given[key], out[key], place)
