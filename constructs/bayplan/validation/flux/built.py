"""Objects as Flux applies them, and the files that their authors wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bayplan.manifests.manifest import Manifest
from bayplan.manifests.pointer import pointer
from bayplan.manifests.ref import Ref
from bayplan.validation.fields import mapping_at, mappings_at, text_at
from bayplan.validation.flux import sops

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bayplan.validation.delivery import Delivery, Route
    from bayplan.validation.kustomize import Kustomization

PLAIN_GROUPS = frozenset({"", "apps", "batch"})
TEXT_MAPS = frozenset({"labels", "annotations", "matchLabels", "nodeSelector", "selector"})
TEXT_LISTS = frozenset({"args", "command"})
GENERATORS = {"ConfigMap": "configMapGenerator", "Secret": "secretGenerator"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Built(Manifest):
    """One object after building and substitution. Its file and lines are those of the object that it was made of."""

    sync: Manifest
    """The Flux Kustomization that applies it."""
    source: Manifest | None
    """As its author wrote it; None for what is generated."""
    kustomizations: Sequence[Kustomization]
    """All that may have changed it."""
    wrong: str = ""
    """Why its variables cannot be substituted."""
    retyped: Mapping[str, str] = field(default_factory=dict)
    """Pointer of what was text before substitution and is none after it, to what it is."""


def built(told: Mapping[str, Any], sync: Manifest, route: Route, delivery: Delivery) -> Built:
    """An object from what the program tells of it."""
    body: dict[str, Any] = told["object"]
    if sops.is_encrypted(body):
        body = sops.plain(body)
    _add_metadata(body, sync)
    ref, file = Ref.of(body), str(told.get("file", ""))
    changed: dict[str, str] = told.get("retyped") or {}
    retyped = {place: what for place, what in changed.items() if _holds_text(place, ref)}
    for place in retyped:
        _keep_text(body, place)
    source = None if told.get("generated") else _source_of(ref, delivery.of_file(file))
    if source is not None:
        line, lines = source.line, source.lines
    else:
        line = _line_of_generator(ref, file, route.kustomizations)
        lines = {"": line}
    made = Built(
        ref=ref,
        body=body,
        file=file,
        line=line,
        lines=lines,
        sync=sync,
        source=source,
        kustomizations=route.kustomizations,
        wrong=str(told.get("wrong", "")),
        retyped=retyped,
    )
    if sops.is_encrypted(told["object"]):
        delivery.encrypted.add(id(made))
    return made


def _add_metadata(body: dict[str, Any], sync: Manifest) -> None:
    """`commonMetadata` is added to each object, not to templates in it."""
    for part in ("labels", "annotations"):
        more = mapping_at(sync.body, "spec", "commonMetadata", part)
        metadata = body.get("metadata")
        if more and isinstance(metadata, dict):
            metadata[part] = {**mapping_at(metadata, part), **more}


def _source_of(ref: Ref, candidates: Sequence[Manifest]) -> Manifest | None:
    """The manifest that an object was made of: of its kind, and with its name or the one that is left of it."""
    same = [one for one in candidates if one.ref.kind == ref.kind and one.ref.group == ref.group] or list(candidates)
    exact = [one for one in same if one.ref.name == ref.name]
    near = [one for one in same if one.ref.name and one.ref.name in ref.name]
    return next(iter(exact or sorted(near, key=lambda one: -len(one.ref.name)) or same), None)


def _line_of_generator(ref: Ref, file: str, kustomizations: Sequence[Kustomization]) -> int:
    key = GENERATORS.get(ref.kind, "")
    for one in kustomizations:
        if one.file == file:
            for index, item in mappings_at(one.body, key):
                if text_at(item, "name") and text_at(item, "name") in ref.name:
                    return one.manifest.line_of(pointer(key, index))
            return one.manifest.line
    return 1


def _holds_text(place: str, ref: Ref) -> bool:
    """Whether a place is for text only; of custom kinds that is known of labels and annotations."""
    parts = place.split("/")[1:]
    if parts[0] == "metadata" or ref.group not in PLAIN_GROUPS:
        return len(parts) == 3 and parts[0] == "metadata" and parts[1] in TEXT_MAPS
    if len(parts) == 2:
        return ref.kind in GENERATORS and parts[0] in ("data", "stringData")
    is_value = parts[-1] == "value" and parts[-3] == "env"
    return is_value or parts[-2] in TEXT_MAPS or parts[-2] in TEXT_LISTS


def _keep_text(body: Any, place: str) -> None:  # noqa: ANN401 - whatever the object holds
    """Put text where substitution has made something else of it, so that this is told once, by its own rule."""
    *path, last = (part.replace("~1", "/").replace("~0", "~") for part in place[1:].split("/"))
    for part in path:
        body = body[int(part)] if isinstance(body, list) else body[part]
    key: Any = int(last) if isinstance(body, list) else last
    body[key] = str(body[key]).lower() if isinstance(body[key], bool) else str(body[key])
