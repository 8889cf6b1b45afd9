"""Reads what was written as somebody else would.

libyaml takes the text apart, and PyYAML's own table of YAML 1.1 says what the words mean: neither shares a line
with our writer or with `manifests.scalar`, so what both sides read alike is what was meant.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from yaml import MappingNode, ScalarNode, YAMLError
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from bayplan.manifests.composer import COLLECTION, PLAIN, TEXT, compose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yaml import Node

_RESOLVER = Resolver()
_CONSTRUCTOR = SafeConstructor()


def says(data: bytes, body: Mapping[str, Any]) -> bool:
    """Whether a file holds just this one object, value for value and type for type."""
    try:
        documents = [_value(node) for node in compose(data)]
    except (YAMLError, ValueError, TypeError):
        return False
    return len(documents) == 1 and _same(documents[0], body)


def _value(node: Node) -> Any:  # noqa: ANN401 - any part of a body
    # yaml.CSafeLoader does the same in two and a half times the time: it asks its table again for every word
    tag = node.tag
    if tag is PLAIN:
        return _plain(node.value)
    if tag is TEXT:
        return node.value
    if tag is not COLLECTION:
        raise ValueError(tag)
    if not isinstance(node, MappingNode):
        return [_value(item) for item in node.value]
    pairs = {_value(key): _value(value) for key, value in node.value}
    if len(pairs) != len(node.value):
        raise ValueError(node.start_mark)
    return pairs


@lru_cache(maxsize=1 << 16)
def _plain(text: str) -> Any:  # noqa: ANN401 - any scalar
    tag = _RESOLVER.resolve(ScalarNode, text, (True, False))  # type: ignore[no-untyped-call] # the stubs say nothing
    return _CONSTRUCTOR.construct_object(ScalarNode(tag, text))


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any part of a body
    """Equal, and no True for a 1."""
    return bool(one == other) and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
