"""One object as it stands in a file, and where each of its parts was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bayplan.manifests.origin import origin_of
from bayplan.manifests.pointer import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.ref import Ref


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Manifest:
    """One Kubernetes object. Identity, not equality: the same object in two files is two manifests."""

    ref: Ref
    body: dict[str, Any]
    """The object as plain Python data, with the types that go-yaml would give; never changed after reading."""
    file: str = ""
    """Path below the inventory's root, with `/`; "" for objects that were never in a file."""
    line: int = 0
    """Line of the object's first key."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """JSON pointer (RFC 6901) to line, for every key and list item."""
    may_hold_null: bool = True
    """False where the reader has met no null in its document."""

    @property
    def origin(self) -> str:
        """The line that its author wrote, or the file itself for trees that bayplan did not render."""
        return origin_of(self.body) or f"{self.file}#L{self.line}"

    def line_of(self, pointer: str) -> int:
        """The line of the node at a JSON pointer, or of the nearest parent that was written."""
        return self.lines.get(nearest(pointer, self.lines), self.line)
