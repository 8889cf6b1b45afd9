"""What in an object breaks its schema, with the nulls that the API server would drop left out of account.

In built-in kinds and in metadata the API server takes a null for a field that is not written; so nulls are taken out of
a copy, and the copy is judged. There kubeconform is stricter where a schema refuses null, and takes the null of a field
that must be there. In the rest of a custom resource only `create` drops nulls: server-side apply, which is what Flux
does, refuses each that has no default (kube-apiserver 1.37, see tests/e2e/test_server_agreement.py).
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from jsonschema_rs import ValidationErrorKind

from bayplan.validation.schema.sentence import node_at, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jsonschema_rs import Draft7Validator, ValidationError

    from bayplan.validation.rule import Hit
    from bayplan.validation.schema.known import Known

Path = tuple[str | int, ...]


def defects(body: dict[str, Any], about: Known, validator: Draft7Validator) -> Iterator[Hit]:
    """What is wrong with an object that its schema does not take, or that has nulls."""
    dropped = {path for path in _nulls(body) if about.is_built_in or path[0] == "metadata"}
    dropped -= set(_strays(validator.iter_errors(body)))
    errors = list(validator.iter_errors(_without(body, dropped)))
    if defaulted := {tuple(error.instance_path) for error in errors if _is_defaulted(error, about)}:
        dropped |= defaulted
        errors = list(validator.iter_errors(_without(body, dropped)))
    is_secret = body.get("kind") == "Secret"
    for hit in sentences(errors, about.schema, dropped):
        yield hidden(hit) if is_secret and hit.pointer.startswith(("/data/", "/stringData/")) else hit


def hidden(hit: Hit) -> Hit:
    """A hit on a value of a Secret, which is told to nobody."""
    if hit.message.startswith("the key"):
        return hit
    what = "base64 (use stringData for plain text)" if hit.pointer.startswith("/data/") else "text (in quotes)"
    name = hit.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    return hit._replace(message=f"the value of `{name}`, which is not shown, must be {what}")


def has_null(body: dict[str, Any]) -> bool:
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


def _is_defaulted(error: ValidationError, about: Known) -> bool:
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
