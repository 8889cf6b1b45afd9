"""What explains a value that nobody wrote: a hash of something else that has changed, or a name that holds one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from bayplan.review.renames import stem
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref
    from bayplan.review.comparison import Comparison
    from bayplan.review.review import Part

CONTENTS = frozenset({"ConfigMap", "Secret"})
HASH_KEY = re.compile(r"(?:check-?sum|hash|sha-?\d*|md5|digest)(?:$|[^a-z])", re.IGNORECASE)
"""Names of annotations and labels that hold a hash: `checksum/config`, `config-hash`."""
HEXADECIMAL = re.compile(r"(?:sha(?:1|256|512):)?[0-9a-f]{16,128}")


class Explanation:
    """What of one cluster explains its other changes."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def explained(self, manifest: Manifest, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """The same parts with what explains them."""
        if kind_of(manifest) in CONTENTS:
            return parts
        return tuple(replace(one, why=one.why or self._why(manifest, one)) for one in parts)

    def _why(self, manifest: Manifest, part: Part) -> str:
        before, after = text_of(part.before), text_of(part.after)
        if not before or not after:
            return ""
        for old, new in self._renamed.get((manifest.ref.namespace, before), ()):
            if new.ref.name == after:
                return f"{old.ref.kind} {old.ref.namespace}/{stem(old)} has other content, and so another name"
        if is_hash(part, before, after):
            return self._source(manifest)
        return ""

    def _source(self, manifest: Manifest) -> str:
        """What the pods of an object read that has changed."""
        named = [
            one
            for pod in self._comparison.head.pods.made_by(manifest)
            for reference in pod.references
            if (one := self._changed.get((reference.kind, manifest.ref.namespace, reference.name)))
        ]
        found = [f"{ref.kind} {ref.namespace}/{ref.name}" for ref in dict.fromkeys(named)]
        if not found:
            return ""
        return f"{', '.join(found)} {'has' if len(found) == 1 else 'have'} changed"

    @cached_property
    def _changed(self) -> dict[tuple[str, str, str], Ref]:
        """ConfigMaps and Secrets that hold something else now."""
        return {(one.ref.kind, one.ref.namespace, one.ref.name): one.ref for one in self._contents()}

    def _contents(self) -> Iterator[Manifest]:
        yield from (one.after for one in self._comparison.changed_contents)
        yield from (one for one in self._comparison.added if kind_of(one) in CONTENTS)

    @cached_property
    def _renamed(self) -> dict[tuple[str, str], list[tuple[Manifest, Manifest]]]:
        """Namespace and old name to what has a name with another hash."""
        found: dict[tuple[str, str], list[tuple[Manifest, Manifest]]] = {}
        for old, new in self._comparison.renamed:
            if kind_of(old) in CONTENTS and old.ref.namespace == new.ref.namespace and stem(old) == stem(new):
                found.setdefault((old.ref.namespace, old.ref.name), []).append((old, new))
        return found


def text_of(value: str) -> str:
    """The text that a part shows as JSON; "" for what is none, or is shortened."""
    try:
        found = json.loads(value) if value.startswith('"') else ""
    except ValueError:
        return ""
    return found if isinstance(found, str) else ""


def is_hash(part: Part, before: str, after: str) -> bool:
    """Whether a value is a hash of something."""
    if "annotations[" not in part.path and "labels[" not in part.path and ".annotations." not in part.path:
        return False
    return HASH_KEY.search(part.path.rpartition("annotations")[2]) is not None or all(
        HEXADECIMAL.fullmatch(one) for one in (before, after)
    )
