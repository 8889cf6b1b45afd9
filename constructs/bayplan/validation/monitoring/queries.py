"""PromQL in objects: rules, and the triggers of autoscalers.

Rules that Loki evaluates may stand in the same kinds; their language shows by its pipes, and they are left out. What is
filled in later (`${NAME}`) is left out as well.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.monitoring.scrapers import MONITORING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest

PROMETHEUS_RULE = f"PrometheusRule.{MONITORING}"
VM_RULE = "VMRule.operator.victoriametrics.com"
RULE_KINDS = (PROMETHEUS_RULE, VM_RULE)
SCALED_KINDS = ("ScaledJob.keda.sh", "ScaledObject.keda.sh")
QUERY_KINDS = (PROMETHEUS_RULE, *SCALED_KINDS)
"""Kinds that hold PromQL as Prometheus reads it; VictoriaMetrics takes more."""


class Entry(NamedTuple):
    """One alerting or recording rule of an object."""

    body: dict[str, Any]
    pointer: str
    group: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name, or that of the series that it records."""
        return text_at(self.body, "alert") or text_at(self.body, "record")


class Expression(NamedTuple):
    """One PromQL expression and where it stands."""

    text: str
    pointer: str


def entries_of(manifest: Manifest) -> Iterator[Entry]:
    """The rules of all groups."""
    for place, group in mappings_at(manifest.body, "spec", "groups"):
        if text_at(group, "type") in ("", "prometheus"):  # VictoriaMetrics: also `graphite`, `vlogs`
            for index, body in mappings_at(group, "rules"):
                yield Entry(body, pointer("spec", "groups", place, "rules", index), group)


@lru_cache(maxsize=64)  # several rules look at one object after another
def expressions_of(manifest: Manifest) -> tuple[Expression, ...]:
    """Every expression of an object that can be read as it stands."""
    return tuple(
        one for one in _written(manifest) if one.text and not is_filled_in(one.text) and not is_logql(one.text)
    )


def _written(manifest: Manifest) -> Iterator[Expression]:
    kind = kind_of(manifest)
    if kind in RULE_KINDS:
        yield from (Expression(text_at(one.body, "expr"), f"{one.pointer}/expr") for one in entries_of(manifest))
    elif kind in SCALED_KINDS:
        for index, trigger in mappings_at(manifest.body, "spec", "triggers"):
            if text_at(trigger, "type") == "prometheus":
                where = pointer("spec", "triggers", index, "metadata", "query")
                yield Expression(text_at(trigger, "metadata", "query"), where)


@lru_cache(maxsize=1)
def _variable() -> re.Pattern[str]:
    return re.compile(r"\$\{[A-Za-z_]|\{\{\s*[.$A-Za-z]|<no value>")


def is_filled_in(text: str) -> bool:
    """Whether names of variables stand in a text; `${1}` is a group of a regular expression."""
    return _variable().search(text) is not None


def is_logql(text: str) -> bool:
    """Whether an expression is Loki's: PromQL has no `|`."""
    return "|" in text and "|" in _quoted().sub("", text)


@lru_cache(maxsize=1)
def _quoted() -> re.Pattern[str]:
    return re.compile(r"""\"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*""")
