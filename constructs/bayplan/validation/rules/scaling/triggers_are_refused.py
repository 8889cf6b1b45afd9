"""KEDA refuses the triggers of a ScaledObject or ScaledJob.

Its webhook wants every name of a trigger once; no cached metrics for `cpu`, `memory` and `cron`, which are not asked
for; a fallback only where some trigger comes from outside of the pods; and a formula with a target, over names of
triggers that there are. A refused object stops the sync of its whole Kustomization.

Source: <https://keda.sh/docs/latest/reference/scaledobject-spec/>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable, mapping_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import SCALED_JOB, SCALED_OBJECT
from bayplan.validation.triggers import RESOURCES, scales_on_resources_alone, triggers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: chat, namespace: chat}
spec:
  scaleTargetRef: {name: chat}
  triggers:
    - {type: cron, name: day, metadata: {timezone: Etc/UTC, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "2"}}
    - {type: cron, name: day, metadata: {timezone: Etc/UTC, start: 0 18 * * *, end: 0 22 * * *, desiredReplicas: "1"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("name: day", "name: evening", 1)

NOT_CACHED = ("cpu", "memory", "cron")
WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
FORMULA = re.compile(r"[A-Za-z_0-9\s+\-*/().,%]*")
"""Formulas that are plain arithmetic; of others the words are not told apart from the language's own."""
BUILT_IN = frozenset({"abs", "ceil", "float", "floor", "int", "max", "mean", "median", "min", "round", "sum", "nil"})


@rule(
    "SCL013",
    severity=Severity.SYNC,
    rows=("H8",),
    kinds=(SCALED_OBJECT, SCALED_JOB),
    fix="mend what KEDA's webhook refuses",
)
def triggers_are_refused(scaled: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001
    """Ask what the webhook asks."""
    names: set[str] = set()
    for index, trigger in triggers_of(scaled):
        kind, name = text_at(trigger, "type"), text_at(trigger, "name")
        if trigger.get("useCachedMetrics") is True and kind in NOT_CACHED:
            where = pointer("spec", "triggers", index, "useCachedMetrics")
            yield Hit(where, f"caches the metric of a trigger {kind}, which has none to ask for")
        if name in names:
            yield Hit(pointer("spec", "triggers", index, "name"), f"names two triggers {name}")
        names |= {name} - {""}
    fallback, modifiers = mapping_at(scaled.body, "spec", "fallback"), modifiers_of(scaled)
    if fallback and not modifiers and scales_on_resources_alone(scaled):
        yield Hit("/spec/fallback", "falls back for triggers that measure the pods themselves, which never fail")
    if text_at(fallback, "behavior") == "scalingModifiers" and not text_at(modifiers, "formula"):
        yield Hit("/spec/fallback/behavior", "falls back to a formula that is not there")
    yield from judge_formula(scaled, modifiers)


def modifiers_of(scaled: Manifest) -> dict[str, object]:
    """The formula over all triggers with its target."""
    return mapping_at(scaled.body, "spec", "advanced", "scalingModifiers")


def judge_formula(scaled: Manifest, modifiers: dict[str, object]) -> Iterator[Hit]:
    """A formula needs a target, and names of triggers that do not measure the pods themselves."""
    where = "/spec/advanced/scalingModifiers"
    formula = text_at(modifiers, "formula")
    if not formula and modifiers:
        yield Hit(where, "has no formula")
        return
    if formula and not text_at(modifiers, "target"):
        yield Hit(where, "has a formula and no target for what it yields")
    target = text_at(modifiers, "target")
    if target and not is_variable(target) and not (NUMBER.fullmatch(target) and float(target) > 0):
        yield Hit(f"{where}/target", f"{target} is no number above 0")
    if not formula or is_variable(formula) or not FORMULA.fullmatch(formula):
        return
    asked = {text_at(one, "name") for _, one in triggers_of(scaled) if text_at(one, "type") not in RESOURCES}
    unknown = sorted({word for word in WORD.findall(formula) if not word[0].isdigit()} - asked - BUILT_IN)
    if unknown and not any(f"{word}(" in formula.replace(" ", "") for word in unknown):
        yield Hit(f"{where}/formula", f"names {', '.join(unknown)}, which is no trigger from outside of the pods")
