"""One object as YAML text that everybody reads alike: Kubernetes, YAML 1.1 and YAML 1.2."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import yaml

from bayplan.complaint import BadInput, Complaint
from bayplan.manifests.manifest import ORIGIN
from bayplan.manifests.pointer import step
from bayplan.manifests.ref import Ref

if TYPE_CHECKING:
    from collections.abc import Mapping

_ORDER = {key: rank for rank, key in enumerate(("apiVersion", "kind", "metadata", "name", "namespace", "labels"))}
"""Keys that a reader looks for first, wherever they stand; all others follow by the alphabet."""
_ALIKE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/_$")
"""First characters of text that no reader takes for anything else, words apart."""
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"])
"""In any spelling: booleans, nothing and no-numbers of one reader or another."""


class _Dumper(yaml.CSafeDumper):
    """Block style, our quotes, no aliases."""

    def ignore_aliases(self, _data: Any) -> bool:  # noqa: ANN401 - as PyYAML has it
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style_of(text))


def style_of(text: str) -> str | None:
    """Block for several lines, none for what every reader takes for text, else double quotes."""
    if "\n" in text and text.strip("\n") and text.isprintable() is False and text.replace("\n", "").isprintable():
        return "|"
    return None if text[:1] in _ALIKE and text.lower() not in _WORDS else '"'


_Dumper.add_representer(str, _represent_text)


def write(body: Mapping[str, Any]) -> str:
    """The text of an object: keys in our order, long lines whole, whatever could be misread in quotes.

    Raises BadInput for what cannot be written so that it is read again as it was: numbers beyond 64 bits, infinity,
    keys that are no text, `${`, which Flux would substitute.
    """
    ordered = _ordered(body, "", _where(body))
    return yaml.dump(
        ordered, Dumper=_Dumper, sort_keys=False, default_flow_style=False, allow_unicode=True, width=1 << 30
    )


def _where(body: Mapping[str, Any]) -> tuple[str, int, str]:
    """File and line of the author, and the name of the object."""
    annotations = (body.get("metadata") or {}).get("annotations") or {}
    file, _, line = str(annotations.get(ORIGIN, "")).partition("#L")
    return file, int(line) if line.isdigit() else 0, str(Ref.of(dict(body)))


def _ordered(value: Any, pointer: str, where: tuple[str, int, str]) -> Any:  # noqa: ANN401 - any part of an object
    match value:
        case str():
            _refuse_unless("${" not in value, value, pointer, where, "`${`, which Flux would substitute")
            _refuse_unless(_encodes(value), value, pointer, where, "half a character (a lone surrogate)")
        case bool() | None:
            pass
        case int():
            _refuse_unless(-(1 << 63) <= value < 1 << 64, value, pointer, where, "a number beyond 64 bits")
        case float():
            _refuse_unless(math.isfinite(value), value, pointer, where, "a number that JSON cannot say")
        case dict():
            for key in value:
                _refuse_unless(isinstance(key, str), key, pointer, where, "a key that is no text")
                _ordered(key, pointer, where)
            keys = sorted(value, key=lambda key: (_ORDER.get(key, len(_ORDER)), key))
            return {key: _ordered(value[key], step(pointer, key), where) for key in keys}
        case list() | tuple():
            return [_ordered(item, step(pointer, index), where) for index, item in enumerate(value)]
        case _:
            _refuse_unless(False, value, pointer, where, f"a {type(value).__name__}, which is no data")
    return value


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_unless(well: bool, value: Any, pointer: str, where: tuple[str, int, str], what: str) -> None:  # noqa: ANN401
    if not well:
        file, line, ref = where
        fix = "Say it otherwise: nothing in dist/ may mean one thing here and another in the cluster."
        what = f"{ref}{pointer and f' at {pointer}'} holds {what}: {value!r:.60}"
        raise BadInput([Complaint(file=file or ref, line=line, what=what, fix=fix)])
