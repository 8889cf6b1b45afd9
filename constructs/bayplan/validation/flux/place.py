"""Where the author of an object wrote a part of it: in its own file, or in the patch that has put it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.complaint import BadInput
from bayplan.manifests import yaml
from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mappings_at, text_at, words_at
from bayplan.validation.flux.built import Built
from bayplan.validation.kustomize import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.delivery import Delivery

NOTHING = object()


class Place(NamedTuple):
    """A line of a file."""

    file: str
    line: int


class Patch(NamedTuple):
    """A text that changes objects: a mapping to be merged, or a list of operations."""

    body: Any
    lines: Mapping[str, int] | None
    """None for a text within another file: its own line is all that is told."""
    place: Place


def place_of(manifest: Manifest, place: str, delivery: Delivery | None) -> Place:
    """The line of a part of an object, named by its JSON pointer."""
    own = Place(manifest.file, manifest.line_of(place))
    if not isinstance(manifest, Built) or manifest.source is None or delivery is None:
        return own
    path = [part.replace("~1", "/").replace("~0", "~") for part in place.split("/")[1:]]
    if path and _at(manifest.source.body, path) == _at(manifest.body, path):
        return own
    for patch in reversed([*_patches(manifest, delivery)]):
        found = _written(patch, path, manifest) if path else None
        if found is not None:
            return found
    return own


def _written(patch: Patch, path: list[str], built: Built) -> Place | None:
    """Where a patch sets what stands at a path of an object, if it does."""
    if isinstance(patch.body, list):
        for index, operation in mappings_at({"": patch.body}, ""):
            target = text_at(operation, "path")
            if target and pointer(*path).startswith(target.removesuffix("/-")):
                return _line(patch, pointer(index))
        return None
    if not isinstance(patch.body, dict) or patch.body.get("kind") not in (None, built.ref.kind, "not-important"):
        return None
    there = _matched(patch.body, path, built.body)
    return _line(patch, there) if there is not None else None


def _line(patch: Patch, there: str) -> Place:
    return Place(patch.place.file, patch.lines.get(there, patch.place.line)) if patch.lines else patch.place


def _matched(body: Any, path: list[str], wanted: Any) -> str | None:  # noqa: ANN401 - both are plain data
    """The pointer in a patch for a path of the object: items of lists are met by their names."""
    steps: list[str | int] = []
    for part in path:
        if isinstance(body, list) and isinstance(wanted, list):
            item = wanted[int(part)] if part.isdigit() and int(part) < len(wanted) else None
            same = [at for at, one in enumerate(body) if _is_same(one, item)]
            if not same:
                return None
            steps.append(same[0])
            body, wanted = body[same[0]], item
        elif isinstance(body, dict) and part in body:
            steps.append(part)
            body, wanted = body[part], wanted.get(part) if isinstance(wanted, dict) else None
        else:
            return None
    return pointer(*steps)


def _is_same(one: Any, other: Any) -> bool:  # noqa: ANN401 - items of any list
    if isinstance(one, dict) and isinstance(other, dict) and "name" in other:
        return bool(one.get("name") == other["name"])
    return bool(one == other)


def _at(body: Any, path: list[str]) -> Any:  # noqa: ANN401 - whatever stands there
    for part in path:
        if isinstance(body, dict) and part in body:
            body = body[part]
        elif isinstance(body, list) and part.isdigit() and int(part) < len(body):
            body = body[int(part)]
        else:
            return NOTHING
    return body


def _patches(built: Built, delivery: Delivery) -> Iterator[Patch]:
    """All patches on the way to an object, those of Flux itself last."""
    for one in reversed(built.kustomizations):
        yield from _in_text(one.body, one.manifest)
        files = [(item, text_at(item, "path")) for _, item in mappings_at(one.body, "patches")]
        files += [({}, file) for file in words_at(one.body, "patchesStrategicMerge")]
        for _, file in files:
            for patch in delivery.patches_in(join(one.folder, file)) if file and "\n" not in file else ():
                yield Patch(patch.body, patch.lines, Place(patch.file, patch.line))
    spec = built.sync.body.get("spec")
    yield from _in_text(spec if isinstance(spec, dict) else {}, built.sync, ("spec",))


def _in_text(body: Mapping[str, Any], manifest: Manifest, above: tuple[str, ...] = ()) -> Iterator[Patch]:
    for key in ("patches", "patchesJson6902"):
        for index, item in mappings_at(body, key):
            where = Place(manifest.file, manifest.line_of(pointer(*above, key, index, "patch")))
            try:
                documents = list(yaml.read(text_at(item, "patch").encode(), file=manifest.file))
            except BadInput:
                continue
            yield from (Patch(one.body, None, where) for one in documents)
