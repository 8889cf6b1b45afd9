"""Which pods a workload takes for its own: those in its namespace that its selector selects.

A controller adopts such pods when nobody else controls them, and counts what others made as its own where it does not
look at the owner. So two selectors must never select one pod.

Source: <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.fields import texts_at, value_at

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.selectors import Selector

PLAIN_SELECTORS = ("ReplicationController", "DeploymentConfig")
"""Kinds whose selector is a mapping of labels."""
CLAIMING_KINDS = ("DaemonSet.apps", "Deployment.apps", "ReplicaSet.apps", "ReplicationController", "StatefulSet.apps")


def is_plain_match(workload: Manifest) -> bool:
    """Whether the selector is labels alone, and the template has them all: so it is nearly always."""
    try:
        selector, template = workload.body["spec"]["selector"], workload.body["spec"]["template"]["metadata"]["labels"]
        wanted = selector["matchLabels"]
        return bool(wanted) and len(selector) == 1 and wanted.items() <= template.items()
    except (KeyError, TypeError, AttributeError):
        return False


def selector_of(workload: Manifest) -> Selector | None:
    """The selector of a workload; None where there is none."""
    if workload.ref.kind in PLAIN_SELECTORS:
        labels = texts_at(workload.body, "spec", "selector")
        return selectors.of_labels(labels) if labels else None
    if value_at(workload.body, "spec", "selector") is None:
        return None
    return selectors.read(workload.body, "spec", "selector")
