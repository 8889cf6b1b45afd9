"""Why the Prometheus operator leaves a monitor out: read in its own validation.

Source: <https://github.com/prometheus-operator/prometheus-operator/tree/main/pkg/prometheus/validation>
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.fields import is_variable, mappings_at, text_at, value_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CREDENTIALS = ("authorization", "basicAuth", "bearerTokenSecret", "oauth2")
WITH_TARGET = ("replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal")
PLAIN = {"keepequal": ("regex", "modulus", "replacement"), "dropequal": ("regex", "modulus", "replacement")}
BY_NAME = ("labeldrop", "labelkeep")
DEFAULTS = {"regex": ("", "(.*)"), "replacement": (None, "$1"), "modulus": (None, 0), "separator": (None, ";")}
UNITS = {"y": 31_536_000_000, "w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}


class Refusal(NamedTuple):
    """What is wrong, and under which key of the endpoint."""

    path: tuple[str | int, ...]
    why: str


def refusals_of(endpoint: Mapping[str, Any], usual: str) -> Iterator[Refusal]:
    """Everything for which one endpoint is refused; `usual` is the interval where it names none, "" if not known."""
    found = [key for key in CREDENTIALS if endpoint.get(key) not in (None, {}) and is_set(endpoint, key)]
    if len(found) > 1:
        yield Refusal((found[1],), f"has {found[0]} and {found[1]}, of which only one may be set")
    interval, timeout = text_at(endpoint, "interval") or usual, text_at(endpoint, "scrapeTimeout")
    longest, waits = milliseconds(interval), milliseconds(timeout)
    if longest is not None and waits is not None and waits > longest:
        yield Refusal(("scrapeTimeout",), f"waits {timeout} for an answer, longer than the interval of {interval}")
    for key in ("relabelings", "metricRelabelings"):
        for index, relabeling in mappings_at(endpoint, key):
            for why in of_relabeling(relabeling):
                yield Refusal((key, index), why)


def is_set(endpoint: Mapping[str, Any], key: str) -> bool:
    """Whether credentials say anything: an old field with an empty name counts as absent."""
    return key != "bearerTokenSecret" or bool(value_at(endpoint, key, "name"))


def of_relabeling(relabeling: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with one relabeling."""
    action = (text_at(relabeling, "action") or "replace").lower()
    target = text_at(relabeling, "targetLabel")
    if action in WITH_TARGET and not target:
        yield f"has the action {action} and no targetLabel"
    if action == "hashmod" and not relabeling.get("modulus"):
        yield "has the action hashmod and no modulus"
    if is_variable(action):
        return
    others = [key for key in PLAIN.get(action, ()) if is_beyond_default(relabeling, key)]
    if action in BY_NAME:
        others = [key for key in ("replacement", "modulus", "separator") if is_beyond_default(relabeling, key)]
        others += [key for key in ("sourceLabels", "targetLabel") if relabeling.get(key)]
    if others:
        yield f"has the action {action}, which takes no {others[0]}"


def is_beyond_default(relabeling: Mapping[str, Any], key: str) -> bool:
    """Whether a field says something else than what holds without it."""
    return key in relabeling and relabeling[key] not in DEFAULTS[key]


@lru_cache(maxsize=512)
def milliseconds(text: str) -> int | None:
    """A duration of Prometheus; None where it is none."""
    if text == "0":
        return 0
    parts = re.findall(r"([0-9]+)(ms|[ywdhms])", text)
    if not parts or "".join(f"{number}{unit}" for number, unit in parts) != text:
        return None
    return sum(int(number) * UNITS[unit] for number, unit in parts)
