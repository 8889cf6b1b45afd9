"""Schedules and time zones, as controllers read them: what is wrong with one, in words, "" for nothing.

Read late: trees without a schedule do not pay for the database of zones.
Source: <https://pkg.go.dev/github.com/robfig/cron/v3>
"""

from __future__ import annotations

import re

from bayplan.validation.fields import is_variable

PERIOD = re.compile(r"@every ([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+")
NO_ZONE = frozenset({"", "UTC", "Local"})
"""Words that Go reads without the database of zones."""


def unread(schedule: str) -> str:
    """Why nobody can read a schedule."""
    from bayplan.spec.cron import gap_minutes  # noqa: PLC0415

    if not schedule or is_variable(schedule) or PERIOD.fullmatch(schedule):
        return ""
    try:
        gap_minutes(schedule)
    except ValueError as wrong:
        return f'"{schedule}" cannot be read: {wrong}'
    return ""


def gap_seconds(schedule: str) -> int | None:
    """The shortest time between two runs; 0 where it has none, None where that cannot be told."""
    from bayplan.spec.cron import gap_minutes  # noqa: PLC0415

    if not schedule or is_variable(schedule) or PERIOD.fullmatch(schedule) or unread(schedule):
        return None
    return 60 * (gap_minutes(schedule) or 0)


def strange_zone(zone: str) -> str:
    """Why a time zone is none."""
    from bayplan.spec.cron import zones  # noqa: PLC0415

    if zone in NO_ZONE or is_variable(zone) or zone in zones():
        return ""
    same = sorted(one for one in zones() if one.lower() == zone.lower())
    return f"there is no time zone {zone}" + (f"; {same[0]} is one" if same else "")
