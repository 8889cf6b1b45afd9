"""A Karpenter NodePool asks for nodes that cannot be.

The API server takes it, but either Karpenter calls it invalid in its status and buys nothing, or no machine fulfils all
its conditions at once: labels of the template count as conditions, too. Pods wait, and nothing else says so. A budget
by a time that cannot be read lets no node go at all, and an age of none lets none stay. Leave one condition for each
label, with values that machines have.

Source: <https://karpenter.sh/docs/concepts/nodepools/>,
<https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/apis/v1/nodeclaim_validation.go>
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, texts_at, words_at
from bayplan.validation.finding import Severity
from bayplan.validation.karpenter import NODE_POOL
from bayplan.validation.rule import Hit, rule
from bayplan.validation.selectors import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: gpu}
spec:
  template:
    metadata: {labels: {topology.kubernetes.io/zone: eu-central-1b}}
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: gpu}
      requirements:
        - {key: karpenter.sh/capacity-type, operator: In, values: [spot]}
        - {key: topology.kubernetes.io/zone, operator: In, values: [eu-central-1a]}
---
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: {name: gpu}
spec:
  role: nodes
  amiSelectorTerms: [{alias: al2023@v20261101}]
  subnetSelectorTerms: [{id: subnet-1}]
  securityGroupSelectorTerms: [{id: sg-1}]
"""
GOOD = BAD.replace("eu-central-1b", "eu-central-1a")
KNOWN = {
    "karpenter.sh/capacity-type": ("on-demand", "reserved", "spot"),
    "kubernetes.io/arch": ("amd64", "arm64", "ppc64le", "riscv64", "s390x"),
    "kubernetes.io/os": ("linux", "windows"),
}
"""All values that a label may have."""
ALIASES = {
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
}
ABOVE, BELOW = {"Gt": 1, "Gte": 0}, {"Lt": -1, "Lte": 0}
"""Comparisons, and the first number that fulfils them beyond the one that is written."""


@rule(
    "CAP030",
    severity=Severity.DOWN,
    rows=("G2",),
    kinds=(NODE_POOL,),
    fix="leave one condition for each label, with values that machines have",
)
def node_pool_never_buys(pool: Manifest, _: World) -> Iterator[Hit]:
    """Judge conditions and labels together, then taints, budgets and age."""
    template = mapping_at(pool.body, "spec", "template")
    at = "/spec/template/spec"
    found: dict[str, list[tuple[str, Requirement]]] = defaultdict(list)
    for key, value in texts_at(template, "metadata", "labels").items():
        here = f"/spec/template/metadata/labels/{key.replace('~', '~0').replace('/', '~1')}"
        found[ALIASES.get(key, key)].append((here, Requirement(key=key, operator="In", values=(value,))))
    for number, said in mappings_at(template, "spec", "requirements"):
        key, values = text_at(said, "key"), words_at(said, "values")
        wanted = Requirement(key=key, operator=text_at(said, "operator"), values=values)
        found[ALIASES.get(key, key)].append((f"{at}/requirements/{number}", wanted))
    for key, conditions in found.items():
        if not any(map(is_variable, (key, *(value for _, one in conditions for value in one.values)))):
            yield from _empty(key, conditions)
    yield from _taints(template, at)
    age = text_at(template, "spec", "expireAfter")
    if age and age != "Never" and not is_variable(age) and not re.search("[1-9]", age):
        yield Hit(f"{at}/expireAfter", f"nodes of the age of {age} are replaced: none ever stays")
    for number, budget in mappings_at(pool.body, "spec", "disruption", "budgets"):
        if (schedule := text_at(budget, "schedule")) and not is_variable(schedule) and (why := _unread(schedule)):
            message = f"{schedule} is no time: {why}; Karpenter then takes no node down for any reason"
            yield Hit(f"/spec/disruption/budgets/{number}/schedule", message)


def _empty(key: str, conditions: Sequence[tuple[str, Requirement]]) -> Iterator[Hit]:
    """Whether conditions on one label leave no value; told once, at the last of them."""
    place, last = conditions[-1]
    texts = " and ".join(_said(one) for _, one in conditions)
    known = KNOWN.get(key)
    if known and last.operator == "In" and last.values and not set(known) & set(last.values):
        yield Hit(place, f"{key} is {', '.join(known[:-1])} or {known[-1]}, never {' or '.join(last.values)}")
    elif len(conditions) > 1 and not _leaves([one for _, one in conditions]):
        yield Hit(place, f"no node has {key} {texts} at once")


def _said(one: Requirement) -> str:
    return f"{one.operator} {', '.join(one.values)}".strip()


def _leaves(conditions: Sequence[Requirement]) -> bool:
    """Whether some value of a label fulfils all conditions on it."""
    absent = [one for one in conditions if one.operator == "DoesNotExist"]
    if absent:
        return all(one.operator in ("DoesNotExist", "NotIn") for one in conditions)
    bounds = [one for one in conditions if one.operator in {*ABOVE, *BELOW}]
    numbers = [(one.operator, int(one.values[0])) for one in bounds if one.values and one.values[0].isdecimal()]
    low = max((number + ABOVE[how] for how, number in numbers if how in ABOVE), default=0)
    high = min((number + BELOW[how] for how, number in numbers if how in BELOW), default=None)
    if high is not None and low > high:
        return False
    chosen = [one.values for one in conditions if one.operator == "In" and one.values]
    if not chosen:
        return True
    values = set(chosen[0]).intersection(*chosen[1:])
    values -= {value for one in conditions if one.operator == "NotIn" for value in one.values}
    if numbers:
        values = {one for one in values if one.isdecimal() and low <= int(one) and (high is None or int(one) <= high)}
    return bool(values)


def _taints(template: dict[str, object], at: str) -> Iterator[Hit]:
    seen: set[tuple[str, str]] = set()
    for part in ("taints", "startupTaints"):
        for number, taint in mappings_at(template, "spec", part):
            one = (text_at(taint, "key"), text_at(taint, "effect"))
            if one in seen and all(one) and not any(map(is_variable, one)):
                yield Hit(
                    f"{at}/{part}/{number}", f"is the second taint {one[0]} with {one[1]}: Karpenter takes one of each"
                )
            seen.add(one)


def _unread(schedule: str) -> str:
    """Why a time cannot be read; "" where it can."""
    from bayplan.spec.cron import read  # noqa: PLC0415 - trees without budgets do not pay for it

    try:
        read(schedule)
    except ValueError as wrong:
        return str(wrong)
    return ""
