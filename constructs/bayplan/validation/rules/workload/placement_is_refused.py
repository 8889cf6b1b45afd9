"""What a pod says about its nodes is refused by the API server.

It refuses the pod, and the object that holds its template. A toleration without a key tolerates everything and so must
be `Exists`; a time of grace is for the effect `NoExecute` only; domains are counted only where a pod may not be placed
elsewhere. Correct the operator, or leave the field out.

Source: <https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/>,
<https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, value_at, words_at
from bayplan.validation.finding import Severity
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
  tolerations: [{key: gpu, operator: Exists, value: "true"}]
"""
GOOD = BAD.replace("Exists", "Equal")
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


@rule(
    "WRK013", severity=Severity.SYNC, rows=("W3",), kinds=POD_KINDS, fix="correct the operator, or leave the field out"
)
def placement_is_refused(workload: Manifest, world: World) -> Iterator[Hit]:
    """Judge tolerations, spreading and affinity of every pod."""
    for pod in world.pods.made_by(workload):
        spec, where = pod.spec, pod.pointer
        for index, toleration in mappings_at(spec, "tolerations") if "tolerations" in spec else ():
            yield from of_toleration(toleration, f"{where}/tolerations/{index}")
        if "topologySpreadConstraints" in spec:
            yield from of_spread(mappings_at(spec, "topologySpreadConstraints"), f"{where}/topologySpreadConstraints")
        if "affinity" in spec:
            yield from of_node_affinity(mapping_at(spec, "affinity", "nodeAffinity"), f"{where}/affinity/nodeAffinity")
            for field in ("podAffinity", "podAntiAffinity"):
                yield from of_pods(mapping_at(spec, "affinity", field), f"{where}/affinity/{field}")


def of_toleration(toleration: dict[str, Any], where: str) -> Iterator[Hit]:
    """Key, operator, value and effect of one toleration."""
    key, operator = text_at(toleration, "key"), text_at(toleration, "operator")
    if not key and operator != "Exists":
        yield Hit(where, "tolerates no key: for everything the operator is Exists")
    value = text_at(toleration, "value")
    if operator in ("Lt", "Gt") and not is_variable(value) and not is_whole(value):
        yield Hit(f"{where}/value", f"compares the value of {key} with {value or 'nothing'}, which is no whole number")
    if operator == "Exists" and value:
        yield Hit(f"{where}/value", f"tolerates {key} whatever its value is (Exists), and names one")
    if value_at(toleration, "tolerationSeconds") is not None and text_at(toleration, "effect") != "NoExecute":
        yield Hit(f"{where}/tolerationSeconds", "a time of grace is for the effect NoExecute only")


def is_whole(text: str) -> bool:
    """Whether the API server reads a number in it: as Go writes it, without zeros before it."""
    digits = text.removeprefix("-")
    return digits.isdecimal() and digits.isascii() and (digits == "0" or digits[0] != "0") and text != "-0"


def of_pods(affinity: dict[str, Any], where: str) -> Iterator[Hit]:
    """Labels of the pod itself by which others are looked for, and not looked for."""
    terms = [(f"{where}/{REQUIRED}/{index}", term) for index, term in mappings_at(affinity, REQUIRED)]
    terms += [
        (f"{where}/{PREFERRED}/{index}/podAffinityTerm", mapping_at(weighted, "podAffinityTerm"))
        for index, weighted in mappings_at(affinity, PREFERRED)
    ]
    for place, term in terms:
        keys, others = words_at(term, "matchLabelKeys"), words_at(term, "mismatchLabelKeys")
        if both := sorted(set(keys) & set(others)):
            yield Hit(f"{place}/mismatchLabelKeys", f"names {both[0]}, as matchLabelKeys does")
        if (keys or others) and term.get("labelSelector") is None:
            field = "matchLabelKeys" if keys else "mismatchLabelKeys"
            yield Hit(f"{place}/{field}", "needs a labelSelector beside it")


def of_spread(constraints: list[tuple[int, dict[str, Any]]], where: str) -> Iterator[Hit]:
    """Domains and labels of each way of spreading."""
    for index, one in constraints:
        if value_at(one, "minDomains") is not None and text_at(one, "whenUnsatisfiable") == "ScheduleAnyway":
            yield Hit(f"{where}/{index}/minDomains", "is for DoNotSchedule only")
        if one.get("matchLabelKeys") and one.get("labelSelector") is None:
            yield Hit(f"{where}/{index}/matchLabelKeys", "needs a labelSelector beside it")
        wanted = {text_at(part, "key") for _, part in mappings_at(one, "labelSelector", "matchExpressions")}
        wanted |= mapping_at(one, "labelSelector", "matchLabels").keys()
        if both := sorted(wanted.intersection(words_at(one, "matchLabelKeys"))):
            yield Hit(f"{where}/{index}/matchLabelKeys", f"names {both[0]}, as the labelSelector does")


def of_node_affinity(affinity: dict[str, Any], where: str) -> Iterator[Hit]:
    """The terms of a node affinity."""
    required = affinity.get(REQUIRED)
    if isinstance(required, dict):
        terms = mappings_at(required, "nodeSelectorTerms")
        if required.get("nodeSelectorTerms") == []:
            yield Hit(f"{where}/{REQUIRED}/nodeSelectorTerms", "is empty: at least one term is needed")
        for index, term in terms:
            yield from of_conditions(term, f"{where}/{REQUIRED}/nodeSelectorTerms/{index}")
            yield from of_fields(term, f"{where}/{REQUIRED}/nodeSelectorTerms/{index}")
    for index, weighted in mappings_at(affinity, PREFERRED):
        yield from of_conditions(mapping_at(weighted, "preference"), f"{where}/{PREFERRED}/{index}/preference")


def of_fields(term: dict[str, Any], where: str) -> Iterator[Hit]:
    """Conditions on fields of the node: its name is the only one."""
    for index, one in mappings_at(term, "matchFields"):
        if text_at(one, "key") not in ("", "metadata.name"):
            yield Hit(
                f"{where}/matchFields/{index}/key", f"is {text_at(one, 'key')}: only metadata.name can be asked for"
            )


def of_conditions(term: dict[str, Any], where: str) -> Iterator[Hit]:
    """Operators with the number of values that they need."""
    for index, one in mappings_at(term, "matchExpressions"):
        operator, values = text_at(one, "operator"), one.get("values") or []
        count = len(values) if isinstance(values, list) else 1
        wrong = f"{count} values, not one" if operator in ("Gt", "Lt") and count != 1 else ""
        if wrong:
            yield Hit(
                f"{where}/matchExpressions/{index}", f"condition on {text_at(one, 'key')}: {operator} has {wrong}"
            )
