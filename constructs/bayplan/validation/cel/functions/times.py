"""Points in time and spans of it, as Go reads and writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from bayplan.validation.cel.arithmetic import moment, no_overload, span
from bayplan.validation.cel.values import CelError, Duration, Timestamp, Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

SECOND = 10**9
_UNITS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
}
_DURATION = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)")
_OFFSET = re.compile(r"([+-]?)(\d\d):(\d\d)")


def parse_duration(text: str) -> int | None:
    """Nanoseconds of Go's `1h30m`; None for what is no duration."""
    body = text.removeprefix("-") if text.startswith("-") else text.removeprefix("+")
    if body == "0":
        return 0
    end, nanos = 0, 0
    for match in _DURATION.finditer(body):
        if match.start() != end:
            return None
        whole, _, part = match[1].partition(".")
        unit = _UNITS[match[2]]
        nanos += int(whole or "0") * unit + (int(part) * unit // 10 ** len(part) if part else 0)
        end = match.end()
    if not body or end != len(body) or nanos >= 1 << 63:
        return None
    return -nanos if text.startswith("-") else nanos


def duration(value: Value) -> Duration:
    """duration()."""
    if type(value) is Duration:
        return value
    if type(value) is int:
        return span(value)
    if type(value) is not str:
        raise no_overload("duration", value)
    nanos = parse_duration(value)
    if nanos is None:
        raise CelError(f"{value!r} is no duration")
    return Duration(nanos)


def parse_timestamp(text: str) -> int | None:
    """Nanoseconds since 1970 of a text as RFC 3339 has it; None for what is none."""
    match = _STAMP.fullmatch(text)
    if match is None:
        return None
    try:
        point = datetime(*(int(match[n]) for n in range(1, 7)), tzinfo=UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        return None
    offset = 0
    if found := _OFFSET.fullmatch(match[8]):
        if int(found[2]) > 24 or int(found[3]) > 60:
            return None
        offset = (int(found[2]) * 3600 + int(found[3]) * 60) * (-1 if found[1] == "-" else 1)
    seconds = (point - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) - offset
    return seconds * SECOND + int((match[7] or "").ljust(9, "0"))


def timestamp(value: Value) -> Timestamp:
    """timestamp()."""
    if type(value) is Timestamp:
        return value
    if type(value) is int:
        return moment(value * SECOND)
    if type(value) is not str:
        raise no_overload("timestamp", value)
    nanos = parse_timestamp(value)
    if nanos is None:
        raise CelError(f"{value!r} is no timestamp")
    return moment(nanos)


def timestamp_text(value: Timestamp) -> str:
    """As RFC 3339 has it, with as many digits as needed."""
    point = _point(value, UTC)
    part = f".{value.nanos % SECOND:09d}".rstrip("0").rstrip(".")
    return f"{point.year:04d}{point.strftime('-%m-%dT%H:%M:%S')}{part}Z"


def duration_text(value: Duration) -> str:
    """Seconds, as JSON has them."""
    whole, part = divmod(abs(value.nanos), SECOND)
    sign = "-" if value.nanos < 0 else ""
    return f"{sign}{whole}{f'.{part:09d}'.rstrip('0').rstrip('.')}s"


def _point(value: Timestamp, zone: tzinfo) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value.nanos // SECOND)).astimezone(zone)


def _zone(name: str) -> tzinfo:
    if match := _OFFSET.fullmatch(name):
        minutes = (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] == "-" else 1)
        return timezone(timedelta(minutes=minutes))
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - few rules ask for a zone

    try:
        return UTC if name in ("", "UTC") else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CelError(f"the time zone {name!r} is not known") from None


def _part(of_point: Callable[[datetime], int], nanos_each: int = 0, below: int = 0) -> Callable[..., int]:
    """A part of a timestamp, in a zone; of a duration the whole of it in that unit."""

    def part(value: Value, zone: Value = "UTC") -> int:
        if type(value) is Timestamp and type(zone) is str:
            try:
                return of_point(_point(value, _zone(zone)))
            except (OverflowError, ValueError):
                raise CelError("timestamp overflow") from None
        if type(value) is Duration and nanos_each:
            amount = abs(value.nanos) // nanos_each
            amount = amount % below if below else amount
            return amount if value.nanos >= 0 else -amount
        raise no_overload("time", value)

    return part


def _milliseconds(value: Value, zone: Value = "UTC") -> int:
    if type(value) is Timestamp and type(zone) is str:
        return int(value.nanos % SECOND // 10**6)
    return _part(lambda _: 0, 10**6, 1000)(value)


ALONE: dict[str, Callable[..., Value]] = {}
OF_VALUES: dict[str, Callable[..., Value]] = {
    "getDate": _part(lambda point: point.day),
    "getDayOfMonth": _part(lambda point: point.day - 1),
    "getDayOfWeek": _part(lambda point: point.isoweekday() % 7),
    "getDayOfYear": _part(lambda point: point.timetuple().tm_yday - 1),
    "getFullYear": _part(lambda point: point.year),
    "getHours": _part(lambda point: point.hour, 3600 * SECOND),
    "getMilliseconds": _milliseconds,
    "getMinutes": _part(lambda point: point.minute, 60 * SECOND),
    "getMonth": _part(lambda point: point.month - 1),
    "getSeconds": _part(lambda point: point.second, SECOND),
}
