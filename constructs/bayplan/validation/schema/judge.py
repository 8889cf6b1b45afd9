"""One object against the schema of its kind and version.

In built-in kinds and in metadata the API server takes a null for a field that is not written; so nulls are taken out of
a copy, and the copy is judged. There kubeconform is stricter where a schema refuses null, and takes the null of a field
that must be there. In the rest of a custom resource only `create` drops nulls: server-side apply, which is what Flux
does, refuses each that has no default (kube-apiserver 1.37, see tests/e2e/test_server_agreement.py).
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from jsonschema_rs import Draft7Validator, ValidationErrorKind

from bayplan.validation.finding import Status
from bayplan.validation.rule import Hit
from bayplan.validation.schema.entries import Lists, doubled, lists_of
from bayplan.validation.schema.library import core_kinds, schema_of
from bayplan.validation.schema.sentence import node_at, sentences
from bayplan.validation.schema.standing import NO_SCHEMA, standing
from bayplan.validation.schema.whole_numbers import bounded

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
    lists: Lists
    is_built_in: bool = False


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
        if about.validator and (not about.validator.is_valid(body) or _has_null(body)):
            yield from ((BREAKS_SCHEMA, hit) for hit in _defects(body, about, about.validator))
        yield from ((BREAKS_SCHEMA, hit) for hit in doubled(body, about.lists))
    except ValueError as why:
        # keys that are no text: the reader of the file let through what is no JSON
        yield NO_SCHEMA, Hit("", f"cannot be judged: {why}", Status.UNKNOWN)


@cache
def _kind(api_version: str, kind: str, minor: str) -> _Kind:
    """Compiled when the first object of its kind is met: most trees hold few of the kinds that are known."""
    group, slash, version = api_version.rpartition("/")
    if group in NOT_FOR_THE_SERVER:
        return _Kind((), {}, None, Lists())
    if slash and not group:
        return _Kind(
            ((BREAKS_SCHEMA, Hit("/apiVersion", f"`{api_version}` has no group before the slash")),), {}, None, Lists()
        )
    known = schema_of(group, version, kind, minor)
    schema = bounded(known or {})
    validator = None if known is None else Draft7Validator(schema, validate_formats=True, offline=True)
    return _Kind(
        tuple(standing(group, version, kind, minor)), schema, validator, lists_of(schema), group in core_kinds()
    )


def _nameless(body: dict[str, Any]) -> Iterator[tuple[str, Hit]]:
    for key in ("apiVersion", "kind"):
        if not isinstance(body.get(key), str) or not body[key]:
            what = "is missing" if key not in body else "must be text, and not empty"
            yield BREAKS_SCHEMA, Hit(f"/{key}" if key in body else "", f"`{key}` {what}: nobody can tell what this is")


def _defects(body: dict[str, Any], about: _Kind, validator: Draft7Validator) -> Iterator[Hit]:
    dropped = {path for path in _nulls(body) if about.is_built_in or path[0] == "metadata"}
    dropped -= set(_strays(validator.iter_errors(body)))
    errors = list(validator.iter_errors(_without(body, dropped)))
    if defaulted := {tuple(error.instance_path) for error in errors if _is_defaulted(error, about)}:
        dropped |= defaulted
        errors = list(validator.iter_errors(_without(body, dropped)))
    yield from sentences(errors, about.schema, dropped)


def _has_null(body: dict[str, Any]) -> bool:
    """Whether there is a null under a key anywhere: asked of every object, and true of few."""
    todo: list[Any] = [body]
    while todo:
        node = todo.pop()
        values = node.values() if type(node) is dict else node
        if type(node) is dict and None in values:
            return True
        todo += [value for value in values if type(value) in (dict, list)]
    return False


def _nulls(node: Any, path: Path = ()) -> Iterator[Path]:  # noqa: ANN401 - any JSON value
    """Paths of nulls under a key; one in a list is an entry like any other."""
    if isinstance(node, dict):
        for key, value in node.items():
            if value is None:
                yield (*path, key)
            else:
                yield from _nulls(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _nulls(value, (*path, number))


def _strays(errors: Iterable[ValidationError]) -> Iterator[Path]:
    """Fields that nobody knows: they are no less wrong with a null."""
    for error in errors:
        if isinstance(error.kind, ValidationErrorKind.AdditionalProperties):
            yield from ((*error.instance_path, key) for key in error.kind.unexpected)


def _is_defaulted(error: ValidationError, about: _Kind) -> bool:
    """Whether a null of a custom resource is replaced by the default of its CRD."""
    path = error.instance_path
    is_null = error.instance is None and bool(path) and isinstance(path[-1], str)
    return is_null and "default" in node_at(about.schema, error.schema_path[:-1])


def _without(body: dict[str, Any], paths: Iterable[Path]) -> dict[str, Any]:
    copy = deepcopy(body)
    for *parents, last in paths:
        node: Any = copy
        for key in parents:
            node = node[key]
        del node[last]
    return copy
