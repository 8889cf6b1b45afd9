"""One object against the schema of its kind and version.

The API server drops nulls of fields that may not be null before it validates; so nulls that a schema refuses are
taken out of a copy, and the copy is judged. That is the one place where kubeconform is stricter.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from jsonschema_rs import Draft7Validator

from bayplan.validation.finding import Status
from bayplan.validation.rule import Hit
from bayplan.validation.schema.library import schema_of
from bayplan.validation.schema.sentence import sentences
from bayplan.validation.schema.standing import NO_SCHEMA, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jsonschema_rs import ValidationError

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.schema.library import Schema

BREAKS_SCHEMA = "SCH001"
NOT_FOR_THE_SERVER = frozenset({"kustomize.config.k8s.io"})
"""Groups of files that are no objects: kustomize reads them, and judges them itself."""

Path = tuple[str | int, ...]


class _Kind(NamedTuple):
    """All that judging objects of one kind needs; made once."""

    told: tuple[tuple[str, Hit], ...]
    schema: Schema
    validator: Draft7Validator | None


def judge(manifest: Manifest, *, kubernetes: str) -> Iterator[tuple[str, Hit]]:
    """What is wrong with an object by the schemas of a Kubernetes minor ("1.37"): rule codes and hits.

    SCH001: it breaks the schema. SCH002: no schema is known (UNKNOWN, never a pass). SCH003: its version is
    deprecated or not served.
    """
    body = manifest.body
    api_version, kind = body.get("apiVersion"), body.get("kind")
    if not isinstance(api_version, str) or not isinstance(kind, str) or not api_version or not kind:
        yield from _nameless(body)
        return
    about = _kind(api_version, kind, kubernetes)
    yield from about.told
    try:
        if about.validator and not about.validator.is_valid(body):
            yield from ((BREAKS_SCHEMA, hit) for hit in _defects(body, about.schema, about.validator))
    except ValueError as why:
        # keys that are no text: the reader of the file let through what is no JSON
        yield NO_SCHEMA, Hit("", f"cannot be judged: {why}", Status.UNKNOWN)


@cache
def _kind(api_version: str, kind: str, minor: str) -> _Kind:
    """Compiled when the first object of its kind is met: most trees hold few of the kinds that are known."""
    group, slash, version = api_version.rpartition("/")
    if group in NOT_FOR_THE_SERVER:
        return _Kind((), {}, None)
    if slash and not group:
        return _Kind(((BREAKS_SCHEMA, Hit("/apiVersion", f"`{api_version}` has no group before the slash")),), {}, None)
    schema = schema_of(group, version, kind, minor)
    validator = None if schema is None else Draft7Validator(schema, validate_formats=True, offline=True)
    return _Kind(tuple(standing(group, version, kind, minor)), schema or {}, validator)


def _nameless(body: dict[str, Any]) -> Iterator[tuple[str, Hit]]:
    for key in ("apiVersion", "kind"):
        if not isinstance(body.get(key), str) or not body[key]:
            what = "is missing" if key not in body else "must be text, and not empty"
            yield BREAKS_SCHEMA, Hit(f"/{key}" if key in body else "", f"`{key}` {what}: nobody can tell what this is")


def _defects(body: dict[str, Any], schema: Schema, validator: Draft7Validator) -> Iterator[Hit]:
    errors = list(validator.iter_errors(body))
    dropped: set[Path] = set()
    while nulls := {path for error in errors if _is_dropped_null(path := tuple(error.instance_path), error)} - dropped:
        dropped |= nulls
        errors = list(validator.iter_errors(_without(body, dropped)))
    yield from sentences(errors, schema, dropped)


def _is_dropped_null(path: Path, error: ValidationError) -> bool:
    """A null under a key; a null in a list stays and is refused by the server too."""
    return error.instance is None and bool(path) and isinstance(path[-1], str)


def _without(body: dict[str, Any], paths: Iterable[Path]) -> dict[str, Any]:
    copy = deepcopy(body)
    for *parents, last in paths:
        node: Any = copy
        for key in parents:
            node = node[key]
        del node[last]
    return copy
