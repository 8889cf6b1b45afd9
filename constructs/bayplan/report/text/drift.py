"""What `synth --check` found, for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from bayplan.report.text.canvas import draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.render.drift import Drift

NAMED_FILES = 40
"""More files than that nobody reads one by one."""
LINE_MAX = 4096
"""As long as a path may be: a broken path is no path."""


def render(drift: Drift, locks: Sequence[str], *, color: bool) -> str:
    """Each file that would be written or removed, and what to do. `locks` are plans that would be decided otherwise."""
    signs = [
        ("+", "green", drift.added),
        ("~", "yellow", (*drift.changed, *locks)),
        ("-", "red", drift.removed),
    ]
    named = [f"  [{style}]{sign}[/{style}] {escape(path)}" for sign, style, paths in signs for path in paths]
    if not named:
        return draw("what is committed is what would be written", color=color)
    more = [f"  and {len(named) - NAMED_FILES} more"] if len(named) > NAMED_FILES else []
    return draw(
        f"{len(named)} files are not what apps/ and clusters/ say (+ is missing, ~ says otherwise, - is left over):",
        *named[:NAMED_FILES],
        *more,
        "Nothing was written. Run `bayplan synth` and commit what it writes; a change by hand belongs into apps/.",
        color=color,
        width=LINE_MAX,
    )
