"""Whether pods of one kind are kept on one node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.fields import mapping_at, mappings_at, text_at

if TYPE_CHECKING:
    from bayplan.validation.pod import Pod

HOST = "kubernetes.io/hostname"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def stays_on_one_node(pod: Pod) -> bool:
    """Whether the template names a node, or sends every pod to where the first of them is."""
    if text_at(pod.spec, "nodeName") or HOST in mapping_at(pod.spec, "nodeSelector"):
        return True
    for _, term in mappings_at(pod.spec, "affinity", "podAffinity", REQUIRED):
        selector = selectors.read(term, "labelSelector")
        if text_at(term, "topologyKey") == HOST and selector is not None and selector.admits(pod.labels):
            return True
    terms = mappings_at(pod.spec, "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms")
    return bool(terms) and all(names_one(term) for _, term in terms)


def names_one(term: dict[str, object]) -> bool:
    """Whether a term of a node affinity leaves one node."""
    for _, one in mappings_at(term, "matchExpressions"):
        values = one.get("values")
        if (
            text_at(one, "key") == HOST
            and one.get("operator") == "In"
            and isinstance(values, list)
            and len(values) == 1
        ):
            return True
    return False
