"""A colour for each app: far apart for neighbours, the same in every picture of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

GOLDEN_DEGREES = 137.508
"""The angle after which hues come back last."""
FIRST_DEGREES = 235
SHADES = 3
"""Workloads of one app have its hue, and are told apart by how light it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colors:
    """What each workload is painted with."""

    styles: dict[str, str]
    """By workload: the hue and the shade, as properties that the style sheet turns into a colour."""

    def style(self, workload: str) -> str:
        """For the attribute `style`."""
        return self.styles.get(workload, "--h:0;--s:0")

    def of_app(self, app: str) -> str:
        """The app's own: that of its first workload."""
        return next((style for name, style in self.styles.items() if app_of(name) == app), "--h:0;--s:0")


def colors(workloads: Iterable[str]) -> Colors:
    """By app, in the order of names."""
    styles: dict[str, str] = {}
    hues: dict[str, int] = {}
    members: dict[str, int] = {}
    for workload in sorted(set(workloads)):
        app = app_of(workload)
        hue = hues.setdefault(app, round(FIRST_DEGREES + len(hues) * GOLDEN_DEGREES) % 360)
        member = members[app] = members.get(app, -1) + 1
        styles[workload] = f"--h:{hue};--s:{member % SHADES}"
    return Colors(styles=styles)


def app_of(workload: str) -> str:
    """`app` of `app/workload`."""
    return workload.partition("/")[0]
