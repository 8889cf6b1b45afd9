"""Prometheus refuses an alerting or recording rule.

One bad rule costs the whole object: the operator leaves all groups of it out and says so only in an event, so every
alert of it is gone. Both `alert` and `record` (or neither), `for`, `keep_firing_for` or annotations on a recording,
`__name__` as a label, a name with braces: correct them. The template language in labels and annotations must parse as
well, with the functions that Prometheus has.

Source: <https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/#rule>
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.expressions import gotemplate
from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.monitoring.queries import PROMETHEUS_RULE, entries_of, is_filled_in
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.monitoring.queries import Entry
    from bayplan.validation.world import World

BAD = """
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: chat, namespace: chat}
spec:
  groups:
    - name: chat
      rules:
        - alert: ChatFails
          expr: chat_errors > 1
          annotations: {summary: "{{ $label.pod }} fails"}
"""
GOOD = BAD.replace("$label.pod", "$labels.pod")

NOT_RECORDED = ("annotations", "for", "keep_firing_for")
"""Fields of alerts that a recording rule must not have."""
NAME, LABEL = r"[a-zA-Z_:][a-zA-Z0-9_:]*", r"[a-zA-Z_][a-zA-Z0-9_]*"
OLDER = ", which Prometheus 2 and the operator's webhook refuse; Prometheus 3 takes it"


@rule(
    "MON009",
    severity=Severity.LOSS,
    rows=("M2",),
    kinds=(PROMETHEUS_RULE,),
    fix="correct the rule (promtool check rules tells the same)",
)
def rule_is_refused(rules: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Look at every rule as Prometheus' own validation does."""
    for place, group in mappings_at(rules.body, "spec", "groups"):
        if "name" in group and group["name"] == "":
            yield Hit(pointer("spec", "groups", place, "name"), "has a group without a name")
        yield from labels(texts_at(group, "labels"), pointer("spec", "groups", place, "labels"))
    for entry in entries_of(rules):
        yield from shape(entry)
        yield from labels(texts_at(entry.body, "labels"), f"{entry.pointer}/labels")
        if text_at(entry.body, "alert"):
            yield from templates(entry)


def shape(entry: Entry) -> Iterator[Hit]:
    """Which fields go together, and the name of what is recorded."""
    alert, record = text_at(entry.body, "alert"), text_at(entry.body, "record")
    if alert and record:
        yield Hit(entry.pointer, f"has both alert {alert} and record {record}: only one of them may be set")
    if not alert and not record:
        yield Hit(entry.pointer, "has neither alert nor record")
    if "expr" in entry.body and entry.body["expr"] == "":
        yield Hit(f"{entry.pointer}/expr", "has no expression")
    if not record:
        return
    for key in NOT_RECORDED:
        if entry.body.get(key) not in (None, "", {}, "0", "0s"):
            yield Hit(f"{entry.pointer}/{key}", f"records {record} and has {key}, which only an alert may have")
    if "{" in record.replace("${", "") and not is_filled_in(record):
        yield Hit(f"{entry.pointer}/record", f"{record} has braces: that is no name of a series")
    elif not is_name(record, NAME) and not is_filled_in(record):
        yield Hit(f"{entry.pointer}/record", f"{record} is no plain name{OLDER}", Status.UNKNOWN)


def labels(found: dict[str, str], where: str) -> Iterator[Hit]:
    """Names of labels."""
    for name in found:
        if name in ("__name__", ""):
            yield Hit(where, f"{name or 'the empty text'} is no name of a label that a rule may set")
        elif not is_name(name, LABEL) and not is_filled_in(name):
            yield Hit(where, f"{name} is no plain name of a label{OLDER}", Status.UNKNOWN)


def templates(entry: Entry) -> Iterator[Hit]:
    """The templates in labels and annotations, which Prometheus parses when it loads the rule."""
    for key in ("labels", "annotations"):
        for name, text in texts_at(entry.body, key).items():
            why = gotemplate.fault(text, functions=gotemplate.PROMETHEUS, variables=gotemplate.PROMETHEUS_VARIABLES)
            if why:
                yield Hit(f"{entry.pointer}/{key}" + pointer(name), f"{name} of {entry.name} is no template: {why}")
    for name in mapping_at(entry.body, "annotations"):
        if not name:
            yield Hit(f"{entry.pointer}/annotations", "the empty text is no name of an annotation")
        elif isinstance(name, str) and not is_name(name, LABEL) and not is_filled_in(name):
            where = f"{entry.pointer}/annotations" + pointer(name)
            yield Hit(where, f"{name} is no plain name of an annotation{OLDER}", Status.UNKNOWN)


@lru_cache(maxsize=4096)
def is_name(text: str, pattern: str) -> bool:
    """Whether a text is a name as Prometheus 2 has them."""
    return re.fullmatch(pattern, text) is not None
