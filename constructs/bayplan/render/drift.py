"""How a tree that stands differs from the one that would be written: edited by hand, or not committed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from bayplan.render.staging import survey
from bayplan.render.swap import typed
from bayplan.render.synth import render

if TYPE_CHECKING:
    from pathlib import Path

    import cdk8s


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Paths as a person would type them, sorted."""

    added: tuple[str, ...] = ()
    """Files that are missing."""
    changed: tuple[str, ...] = ()
    """Files that say something else, each with the first line that does: `dist/lab/flux/x.yaml:7`."""
    removed: tuple[str, ...] = ()
    """Files that nothing asks for."""

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def compare(app: cdk8s.App, out: Path) -> Drift:
    """What `synth` would do to `out`; nothing of it is done. Raises BadInput for what lies there and is not ours."""
    _, new = render(app)
    old = survey(out).files
    differing = sorted(path for path in new.keys() & old.keys() if new[path] != old[path])
    return Drift(
        added=tuple(typed(out / path) for path in sorted(new.keys() - old.keys())),
        changed=tuple(f"{typed(out / path)}:{_first_line(old[path], new[path])}" for path in differing),
        removed=tuple(typed(out / path) for path in sorted(old.keys() - new.keys())),
    )


def _first_line(old: bytes, new: bytes) -> int:
    """Where two texts begin to differ."""
    lines = enumerate(zip_longest(old.splitlines(keepends=True), new.splitlines(keepends=True)), start=1)
    return next(number for number, (one, other) in lines if one != other)
