"""Versions of built-in kinds that are served and deprecated: they end with a later Kubernetes.

Source: `APILifecycleDeprecated` and `APILifecycleRemoved` of <https://pkg.go.dev/k8s.io/api>.
"""

from __future__ import annotations

ENDING: dict[tuple[str, str], tuple[int, int]] = {
    ("admissionregistration.k8s.io", "v1alpha1"): (35, 38),
    ("admissionregistration.k8s.io", "v1beta1"): (37, 40),
    ("certificates.k8s.io", "v1alpha1"): (34, 37),
    ("certificates.k8s.io", "v1beta1"): (37, 40),
    ("coordination.k8s.io", "v1alpha2"): (35, 38),
    ("coordination.k8s.io", "v1beta1"): (36, 39),
    ("networking.k8s.io", "v1beta1"): (34, 37),
    ("resource.k8s.io", "v1alpha3"): (36, 39),
    ("resource.k8s.io", "v1beta1"): (35, 38),
    ("resource.k8s.io", "v1beta2"): (36, 39),
    ("storage.k8s.io", "v1alpha1"): (32, 35),
    ("storage.k8s.io", "v1beta1"): (34, 37),
    ("storagemigration.k8s.io", "v1beta1"): (37, 40),
}
"""Group and version to the minors in which it is deprecated and gone."""


def end_of(group: str, version: str, minor: str) -> int:
    """The minor from which on a version is gone, where it is deprecated already; 0 otherwise."""
    deprecated, gone = ENDING.get((group, version), (0, 0))
    return gone if deprecated and int(minor.rpartition(".")[2]) >= deprecated else 0
