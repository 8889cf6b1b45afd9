"""Schedules are read as Kubernetes reads them: by the answers of robfig/cron v3.0.1 itself, kept in robfig_cron.json.

Each row of the table is a text and the first four times from 2027 on, or null where the parser refuses it.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import TypeAdapter, ValidationError

from bayplan.spec.cron import Schedule, ScheduleText, ZoneName, gap_minutes, read

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = json.loads((Path(__file__).parent / "robfig_cron.json").read_text(encoding="utf-8"))
LAST = 2041
SCHEDULE: TypeAdapter[str] = TypeAdapter(ScheduleText)
ZONE: TypeAdapter[str] = TypeAdapter(ZoneName)


def runs(schedule: Schedule) -> Iterator[str]:
    day = date(2027, 1, 1)
    while day.year < LAST:
        if schedule.runs_on(day):
            yield from (f"{day}T{minute // 60:02}:{minute % 60:02}" for minute in schedule.minutes)
        day += timedelta(1)


def test_every_text_is_read_or_refused_as_its_parser_does() -> None:
    for text, times in TABLE:
        if times is None:
            with pytest.raises(ValueError, match=r"no|wanted|there are"):
                read(text)
        else:
            found = [time for _, time in zip(range(4), runs(read(text)), strict=False)]
            assert found == times, text


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("* * * * *", 1),
        ("*/7 * * * *", 4),  # from :56 to :00
        ("0 9,17 * * 1-5", 8 * 60),
        ("30 2 * * *", 24 * 60),
        ("0 23 1 * *", 28 * 24 * 60),
        ("0 1,2 1 1 *", 60),
        ("0 0 29 2 *", 1461 * 24 * 60),
        ("0 0 13 * 5", 24 * 60),  # a Friday after or before a 13th
        ("@weekly", 7 * 24 * 60),
    ],
)
def test_the_shortest_time_between_two_runs(text: str, minutes: int) -> None:
    assert gap_minutes(text) == minutes


@pytest.mark.parametrize("text", ["0 0 31 2 *", "0 0 30 2 ?", "0 0 31 4,6,9,11 *", "0 0 31 feb *"])
def test_what_never_comes_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="never comes: no month has such a day"):
        SCHEDULE.validate_python(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("0 0 * * 7", "'7' is no weekday from 0 to 6; Sunday is 0"),
        ("0 24 * * *", "'24' is no hour from 0 to 23"),
        ("0 0 * * * *", "five fields are wanted (minute, hour, day, month, weekday), there are 6"),
        ("@every 5m", "there are @yearly"),
        ("TZ=UTC 0 0 * * *", "five fields are wanted"),
        ("0 0 * foo *", "'foo' is no month"),
    ],
)
def test_what_is_refused_says_why(text: str, what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SCHEDULE.validate_python(text)
    assert what in str(refused.value)


def test_a_schedule_is_written_in_one_way() -> None:
    assert SCHEDULE.validate_python(" 0  1 * * * ") == "0 1 * * *"


def test_time_zones_are_those_of_the_tz_database() -> None:
    assert ZONE.validate_python("Europe/Berlin") == "Europe/Berlin"
    for text, fix in (("europe/berlin", 'Did you mean "Europe/Berlin"'), ("Local", "Write it as"), ("MEZ", "Write it")):
        with pytest.raises(ValidationError, match=fix):
            ZONE.validate_python(text)
