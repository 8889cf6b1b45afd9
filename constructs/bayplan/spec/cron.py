"""When something runs, as Kubernetes reads cron: five fields, or a word such as `@daily`.

The rules are those of the parser that CronJobs, Karpenter and KEDA share, oddities too: weekdays end with 6, `5/15`
means "from 5 in steps of 15", and where both the day of the month and the weekday are said, one of them is enough.
Source: <https://github.com/robfig/cron/blob/v3.0.1/parser.go>
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from bayplan.spec.wrong import refuse, show

if TYPE_CHECKING:
    from collections.abc import Iterable

MINUTES_PER_DAY = 1440
_WORDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 6, _WEEKDAYS),
)
_FIRST, _DAYS = date(2001, 1, 1), 28 * 365 + 7
"""28 years: after these all weekdays come again on the same days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When something runs, by the clock of its time zone."""

    minutes: tuple[int, ...]
    """Of a day on which it runs, ascending."""
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool
    """Whether the day of the month or the weekday is enough."""

    def runs_on(self, day: date) -> bool:
        """Whether it runs on a day."""
        this, that = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return day.month in self.months and (this or that if self.either else this and that)

    def gap_minutes(self) -> int | None:
        """The shortest time between the beginnings of two runs; None where there is no run."""
        running = [number for number in range(_DAYS) if self.runs_on(_FIRST + timedelta(number))]
        if not running or not self.minutes:
            return None
        night = min((later - sooner for sooner, later in pairwise([*running, running[0] + _DAYS])), default=_DAYS)
        between = night * MINUTES_PER_DAY + self.minutes[0] - self.minutes[-1]
        return min([between, *(later - sooner for sooner, later in pairwise(self.minutes))])


def read(text: str) -> Schedule:
    """What a text says; raises ValueError with what is wrong with it."""
    if text.startswith("@"):
        if text not in _WORDS:
            raise ValueError(f"there are {', '.join(_WORDS)}")
        text = _WORDS[text]
    parts = text.split()
    if len(parts) != len(_FIELDS):
        raise ValueError(f"five fields are wanted (minute, hour, day, month, weekday), there are {len(parts)}")
    minute, hour, day, month, weekday = (_field(part, *field) for part, field in zip(parts, _FIELDS, strict=True))
    return Schedule(
        minutes=tuple(sorted(60 * one + other for one in hour for other in minute)),
        days=frozenset(day),
        months=frozenset(month),
        weekdays=frozenset(weekday),
        either=not (_is_open(parts[2]) or _is_open(parts[4])),
    )


@lru_cache
def gap_minutes(text: str) -> int | None:
    """The shortest time between two runs of a schedule that can be read; None where it never runs."""
    return read(text).gap_minutes()


def gap_seconds(schedule: str | None) -> int:
    """The same in seconds; 0 for what runs once, without a schedule."""
    return 60 * (gap_minutes(schedule) or 0) if schedule else 0


def _field(text: str, name: str, least: int, most: int, names: Iterable[str]) -> set[int]:
    numbers = {word: number for number, word in enumerate(names, start=least)}
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(?:([*?])|([0-9]+|[A-Za-z]+)(?:-([0-9]+|[A-Za-z]+))?)(?:/([0-9]+))?", part)
        if not match:
            raise ValueError(f"{show(part)} is no {name}")
        star, first, last, step = match.groups()
        low = least if star else _number(first, numbers, name)
        high = most if star or (step and not last) else _number(last, numbers, name) if last else low
        if not least <= low <= high <= most or int(step or 1) == 0:
            sunday = "; Sunday is 0" if name == "weekday" and high == most + 1 else ""
            raise ValueError(f"{show(part)} is no {name} from {least} to {most}{sunday}")
        found |= set(range(low, high + 1, int(step or 1)))
    return found


def _number(text: str, numbers: dict[str, int], name: str) -> int:
    if text.isdigit():
        return int(text[:4])
    if text.lower() not in numbers:
        raise ValueError(f"{show(text)} is no {name}")
    return numbers[text.lower()]


def _is_open(text: str) -> bool:
    """Whether a field leaves the choice to the other one: `*/2` does not."""
    return any(re.fullmatch(r"[*?](/0*1)?", part) for part in text.split(","))


def _check_schedule(text: str) -> str:
    text = " ".join(text.split())
    try:
        gap = gap_minutes(text)
    except ValueError as wrong:
        fix = 'Write it as cron does: "30 2 * * 1-5" is 2:30 from Monday to Friday.'
        refuse(f"{show(text)} is no schedule: {wrong}", fix)
    if gap is None:
        refuse(f"{show(text)} never comes: no month has such a day", "Choose a day that the month has.")
    return text


@lru_cache
def zones() -> frozenset[str]:
    """The names of the tz database."""
    return frozenset((files("tzdata") / "zones").read_text(encoding="ascii").split())


def _check_zone(text: str) -> str:
    names = zones()
    if text not in names:
        same = sorted(name for name in names if name.lower() == text.lower())
        fix = f'Did you mean "{same[0]}"?' if same else 'Write it as "Europe/Berlin".'
        refuse(f"{show(text)} is no time zone", fix)
    return text


ScheduleText = Annotated[str, AfterValidator(_check_schedule), Field(examples=["30 2 * * *", "@hourly"])]
"""When something runs, as cron writes it, one blank between fields; it runs some day."""
ZoneName = Annotated[str, AfterValidator(_check_zone), Field(examples=["Europe/Berlin"])]
"""A time zone of the tz database."""
