"""The structure of YAML text, found by libyaml: nodes with their lines, and scalars marked plain or quoted."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from yaml import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent
from yaml.composer import Composer as YamlComposer
from yaml.composer import ComposerError
from yaml.cyaml import CParser  # type: ignore[attr-defined] # the stubs leave it out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml import Node

PLAIN = "plain"
"""Tag of a scalar without quotes and without a tag of its own: scalar.py says what it means."""
TEXT = "text"
"""Tag of a scalar in quotes or in a block, without a tag of its own."""
COLLECTION = "collection"
"""Tag of a mapping or list without a tag of its own."""

_OPENERS = (b"[", b"{", b"- ", b"? ")
_OPENERS_MAX = 10_000
"""Below this number of openers no text is deep enough to exhaust libyaml's stack."""


class OurTags:
    """The tags of nodes that have none; PyYAML's resolver, which knows other words than go-yaml, is left out."""

    def resolve(self, _kind: type[Node], _value: str | None, implicit: tuple[bool, bool] | bool) -> str:
        """Called once a node."""
        if implicit is True or implicit is False:
            return COLLECTION
        return PLAIN if implicit[0] else TEXT

    def descend_resolver(self, _parent: Node, _index: object) -> None:
        """PyYAML's path resolvers: none."""

    def ascend_resolver(self) -> None:
        """PyYAML's path resolvers: none."""


class Composer(OurTags, CParser):
    """libyaml's own composer."""

    def __init__(self, data: bytes) -> None:
        CParser.__init__(self, data)


class PatientComposer(OurTags, YamlComposer):
    """PyYAML's composer on libyaml's events, for text that says an anchor twice: Kubernetes takes the last one."""

    def __init__(self, data: bytes) -> None:
        YamlComposer.__init__(self)
        parser = CParser(data)
        self.check_event, self.peek_event, self.get_event = parser.check_event, parser.peek_event, parser.get_event
        self.dispose = parser.dispose

    def compose_node(self, parent: Node | None, index: object) -> Node | None:
        """Forget an anchor of the same name, then go on."""
        event = self.peek_event()
        if isinstance(event, NodeEvent) and not isinstance(event, AliasEvent):
            self.anchors.pop(event.anchor, None)
        return super().compose_node(parent, index)  # type: ignore[arg-type] # the stubs know integers only


def compose(data: bytes) -> Iterator[Node]:
    """The root node of every document; raises yaml.YAMLError where the text is no YAML."""
    told = 0
    try:
        for node in _nodes(Composer(data)):
            told += 1
            yield node
    except (ComposerError, UnboundLocalError) as error:
        # an anchor that is there twice; of a mapping's, PyYAML stumbles over its own message (a variable has no value)
        if isinstance(error, ComposerError) and not str(error.context).startswith("found duplicate anchor"):
            raise
        yield from islice(_nodes(PatientComposer(data)), told, None)


def _nodes(composer: Composer | PatientComposer) -> Iterator[Node]:
    try:
        while composer.check_node():
            node = composer.get_node()
            if node is not None:
                yield node
    finally:
        composer.dispose()


def too_deep(data: bytes, levels: int) -> int:
    """The line in which text is nested deeper than `levels`; 0 where it is not.

    Looks only at text with so many brackets that libyaml's recursion could exhaust the stack, and walks it by events.
    """
    if sum(data.count(opener) for opener in _OPENERS) < _OPENERS_MAX:
        return 0
    depth = 0
    parser = CParser(data)
    try:
        while (event := parser.get_event()) is not None:
            if isinstance(event, CollectionStartEvent):
                depth += 1
                if depth > levels:
                    return int(event.start_mark.line) + 1 if event.start_mark else 1
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
    finally:
        parser.dispose()
    return 0
