"""From YAML nodes to plain data, as sigs.k8s.io/yaml makes them; what a person got wrong becomes complaints."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from yaml import CollectionNode, MappingNode, ScalarNode, SequenceNode

from bayplan.complaint import Complaint
from bayplan.manifests.composer import COLLECTION, PLAIN, TEXT
from bayplan.manifests.scalar import plain_key, resolve

if TYPE_CHECKING:
    from yaml import Node

MAX_DEPTH = 200
"""Levels inside of one another; Kubernetes' own objects stay below 40."""
MAX_ALIASED = 100_000
"""Nodes that aliases may add to a file; a bomb of nine levels adds ten thousand times that."""

_STANDARD = "tag:yaml.org,2002:"
_FORMS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
    "str": (object,),
    "timestamp": (str,),
}
"""Types of the values that a tag may stand before."""


class UselessError(Exception):
    """To read on would make no sense; the complaint has been made."""


class Reader:
    """Makes the values of one file's nodes and collects what is wrong with them."""

    def __init__(self, file: str, *, aliases: bool) -> None:
        self.file = file
        self.complaints: list[Complaint] = []
        self.nulls = 0
        """How many values of the file are null: hardly a document has any, and who must know need not look."""
        self._aliases = aliases
        self._met: set[int] = set()
        self._open: list[int] = []
        self._repeated = 0

    def complain(self, node: Node, what: str, fix: str) -> None:
        """Something is wrong at a node."""
        self.complaints.append(Complaint(file=self.file, line=node.start_mark.line + 1, what=what, fix=fix))

    def value(self, node: Node) -> Any:  # noqa: ANN401 - YAML holds anything
        """The value of a node and of all below it."""
        tag = node.tag
        if tag is PLAIN:
            return self._plain(node)
        if tag is TEXT:
            return node.value
        if type(node) is ScalarNode:
            return self._tagged(node)
        self._enter(node)
        if tag is not COLLECTION and tag != _STANDARD + ("map" if type(node) is MappingNode else "seq"):
            self._refuse_tag(node)
        if isinstance(node, CollectionNode) and node.flow_style:
            self._refuse_question_marks(node)
        made = self._mapping(node) if type(node) is MappingNode else [self.value(item) for item in node.value]
        self._open.pop()
        return made

    def _enter(self, node: Node) -> None:
        """Every collection passes here: depth, and aliases that lead into themselves or never end."""
        if len(self._open) >= MAX_DEPTH:
            self.complain(node, f"nested more than {MAX_DEPTH} levels deep", "No object of Kubernetes is; flatten it.")
            raise UselessError
        if self._aliases:
            if id(node) in self._open:
                self.complain(node, "an alias leads into itself", "Write out what is meant.")
                raise UselessError
            self._repeated += len(node.value) + 1 if id(node) in self._met else 0
            if self._repeated > MAX_ALIASED:
                self.complain(node, f"aliases add more than {MAX_ALIASED:,} nodes", "Write out what is meant.")
                raise UselessError
            self._met.add(id(node))
        self._open.append(id(node))

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        made: dict[str, Any] = {}
        merged: set[str] = set()
        for key_node, value_node in node.value:
            key = plain_key(key_node.value) if key_node.tag is PLAIN else None
            if key is None:
                if is_merge(key_node):
                    taken = self._merge(value_node)
                    for key in sorted(taken.keys() & made.keys() - merged):
                        what = f"the key {key!r} stands here, and `<<` brings it again"
                        self.complain(key_node, what, "Put `<<` first: kubectl and kustomize disagree which one wins.")
                    made |= taken
                    merged |= taken.keys()
                    continue
                key = self.key(key_node)
            if key in made and key not in merged:
                first = next(k for k, _ in node.value if k.value == key_node.value).start_mark.line + 1
                what = f"the key {key!r} stands here twice: first in line {first}"
                self.complain(key_node, what, "Keep one of them.")
            made[key] = value_node.value if value_node.tag is TEXT else self.value(value_node)
        return made

    def _merge(self, node: Node) -> dict[str, Any]:
        """The keys of other mappings, of which the first named win."""
        merged: dict[str, Any] = {}
        for source in reversed(sources_of(node)):
            if type(source) is not MappingNode:
                self.complain(source, "`<<` takes the keys of mappings only", "Name an anchor of a mapping.")
                continue
            merged |= self.value(source)
        return merged

    def key(self, node: Node) -> str:
        """The text that a key is to Kubernetes."""
        if type(node) is not ScalarNode:
            self.complain(node, "a key that is a list or a mapping", "Keys are text.")
            return ""
        if node.tag is not PLAIN and isinstance(text := self.value(node), str):
            return text
        key = plain_key(node.value)
        if key is None:
            self.complain(node, f"the key {node.value!r} is no text to Kubernetes", "Put it in quotes.")
        return node.value if key is None else key

    def _plain(self, node: Node) -> Any:  # noqa: ANN401 - any scalar
        try:
            made = resolve(node.value)
        except ValueError as error:
            self.complain(node, str(error), "Put it in quotes if text is meant.")
            return node.value
        if made is None:
            self.nulls += 1
        return made

    def _tagged(self, node: ScalarNode) -> Any:  # noqa: ANN401 - any scalar
        name = node.tag.removeprefix(_STANDARD)
        if name == "str":
            return node.value
        if name == "binary":
            try:
                return base64.b64decode("".join(node.value.split()), validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                self.complain(node, "`!!binary` holds no base64 of text", "Use a Secret's data for bytes.")
                return node.value
        if name not in _FORMS or name == node.tag:
            self._refuse_tag(node)
            return node.value
        try:
            made = resolve(node.value)
        except ValueError:
            made = None
        self.nulls += made is None
        if not isinstance(made, _FORMS[name]) or (isinstance(made, bool) and name != "bool"):
            self.complain(node, f"{node.value!r} is no {name}", f"Leave `!!{name}` out.")
        return made

    def _refuse_tag(self, node: Node) -> None:
        tag = node.tag.replace(_STANDARD, "!!")
        self.complain(node, f"the tag `{tag}` means nothing to Kubernetes", "Leave it out; put text in quotes.")

    def _refuse_question_marks(self, node: CollectionNode) -> None:
        """Between brackets go-yaml takes every `?` for the sign of a key, and stops; libyaml lets it pass in a word."""
        parts = [part for pair in node.value for part in pair] if type(node) is MappingNode else node.value
        for part in parts:
            if type(part) is ScalarNode and not part.style and "?" in part.value:
                self.complain(part, f"a `?` without quotes between brackets: {part.value!r:.60}", "Put it in quotes.")


def is_merge(key: Node) -> bool:
    """Whether a key is `<<`, which takes over the keys of other mappings."""
    return key.value == "<<" and key.tag in (PLAIN, f"{_STANDARD}merge")


def sources_of(node: Node) -> list[Node]:
    """The mappings that `<<` names: one, or a list of them."""
    return node.value if type(node) is SequenceNode else [node]
