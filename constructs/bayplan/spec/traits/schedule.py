"""Hours of the day and days of the week in which more replicas run."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from bayplan.spec.cron import ScheduleText, read
from bayplan.spec.name import Whole
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.spec.cron import Schedule

_MONDAY = date(2024, 1, 1)
_TWO_WEEKS, _ALL_CALENDARS = 14, 28 * 366
"""Days: after 28 years the calendar begins anew, leap days and all."""
_LONGEST_MONTH = 31
_MONTHS = 12


def _spell_out(text: str) -> str:
    if text.startswith("@"):
        refuse(f"{show(text)} is a word that KEDA does not know", 'Write five fields: "0 8 * * 1-5".')
    return text


MinuteText = Annotated[ScheduleText, AfterValidator(_spell_out)]
"""Minutes that come again, in five fields."""


class Window(Word):
    """Hours in which at least so many replicas run."""

    start: MinuteText
    """When it begins, as cron says it: `"0 8 * * 1-5"` is 8:00 from Monday to Friday."""
    end: MinuteText
    """When it ends: `"0 20 * * 1-5"`. Each end belongs to one start: on the same days, or the morning after."""
    min: Annotated[Whole, Field(ge=1, le=10_000)]
    """Replicas that run meanwhile, whatever the load."""


def wrongs_of(schedule: Sequence[Window]) -> Iterator[Wrong]:
    """Windows that KEDA would take for open at other hours, and windows that overlap.

    KEDA calls a window open while its end is nearer than its next start. So one that ends twice is open before its
    second end, also if nobody started it: daily ends of a window that starts on weekdays open it on Saturdays.
    Read in: pkg/scalers/cron_scaler.go of KEDA 2.21.
    """
    times = [(read(window.end), read(window.start)) for window in schedule]
    weekly = all(len(one.days) == _LONGEST_MONTH and len(one.months) == _MONTHS for pair in times for one in pair)
    is_open: list[bool | None] = [None] * len(times)
    told: set[int] = set()
    for number in range(_TWO_WEEKS if weekly else _ALL_CALENDARS):
        day = _MONDAY + timedelta(number)
        events = _events(times, day, told)
        for minute, is_start, index in events:
            if index in told:
                continue
            what = _clash(is_open, index, is_start=bool(is_start))
            if is_start and (minute, 0, index) in events:
                what = "it ends and starts again on {when}: KEDA would take it for open all the time"
            if what:
                told.add(index)
                yield _wrong(index, is_start, what.format(when=_when(day, minute, weekly=weekly)))
            is_open[index] = None if what else bool(is_start)


def _events(times: Sequence[tuple[Schedule, Schedule]], day: date, told: set[int]) -> list[tuple[int, int, int]]:
    """What happens on a day, in order; ends (0) before starts (1)."""
    return sorted(
        (minute, is_start, index)
        for index, pair in enumerate(times)
        if index not in told
        for is_start, one in enumerate(pair)
        if one.runs_on(day)
        for minute in one.minutes
    )


def _clash(is_open: list[bool | None], index: int, *, is_start: bool) -> str:
    """What is wrong with an event, "" for nothing."""
    if is_start and is_open[index]:
        return "it starts again on {when} before it has ended: KEDA would take it for closed until then"
    if not is_start and is_open[index] is False:
        return "it ends again on {when} without a start in between: KEDA would take it for open until then"
    others = [other for other, there in enumerate(is_open) if there and other != index]
    return f"it starts on {{when}}, while window {others[0] + 1} is open" if is_start and others else ""


def _wrong(index: int, is_start: int, what: str) -> Wrong:
    fix = "Let starts and ends take turns, on the same days, and windows not overlap."
    word = "start" if is_start else "end"
    return Wrong(what=f"window {index + 1}: {what}", fix=fix, at=f"/schedule/{index}/{word}")


def _when(day: date, minute: int, *, weekly: bool) -> str:
    hour = f"{minute // 60}:{minute % 60:02}"
    return f"{day:%A} at {hour}" if weekly else f"{day.day} {day:%B} at {hour}"
