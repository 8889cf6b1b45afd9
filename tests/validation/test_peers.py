"""The suites of other tools, for the rules that we share: the same verdicts, or a reason why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayplan.validation.example import findings_in

ORACLES = Path(__file__).parents[3] / "shared" / "oracles"
needs_oracles = pytest.mark.skipif(not ORACLES.is_dir(), reason="../shared/oracles is not beside the checkout")

KUBE_LINTER = {
    "dangling-service.yml": ("NET001", ["Service app1", "Service app2"]),
    "dangling-hpa.yml": ("SCL001", ["HorizontalPodAutoscaler hpa1"]),
    "non-existent-service-account.yml": ("REF001", ["Deployment app", "DeploymentConfig app"]),
    "pdb-max-unavailable.yaml": ("DRN001", ["PodDisruptionBudget bar/foo"]),
    "pdb-min-available.yaml": (
        "DRN001",
        ["PodDisruptionBudget bar/baz", "PodDisruptionBudget bar2/baz2", "PodDisruptionBudget bar3/baz3"],
    ),
    "env-var-value-from.yml": (
        "REF002",
        ["Deployment should-fire-configmap", "Deployment should-fire-missing-configmap"],
    ),
}


@needs_oracles
@pytest.mark.parametrize("file", sorted(KUBE_LINTER))
def test_kube_linter_finds_the_same(file: str) -> None:
    code, expected = KUBE_LINTER[file]
    found = findings_in((ORACLES / "kube-linter" / "checks" / file).read_text())
    assert [str(one.ref) for one in found if one.rule == code and one.status.name == "BROKEN"] == expected


@needs_oracles
def test_kube_linter_calls_a_missing_secret_an_error_where_nobody_can_know() -> None:
    """Nobody commits plain Secrets: what no file makes may have been made by hand. A missing key is an error."""
    found = findings_in((ORACLES / "kube-linter" / "checks" / "env-var-value-from.yml").read_text())
    assert {str(one.ref): one.status.name for one in found if one.rule == "REF003"} == {
        "Deployment should-fire-missing-secret": "UNKNOWN",
        "Deployment should-fire-secret": "BROKEN",
    }


@needs_oracles
def test_istio_finds_the_same_destinations() -> None:
    """Istio counts `reviews-bogushost` twice: also for a route without a destination, which is our SCH001.

    IST0112 (a Service of two ports, and a destination that names none) is no rule of ours yet.
    """
    found = findings_in((ORACLES / "istio-analyzers" / "testdata" / "virtualservice_destinationhosts.yaml").read_text())
    told = sorted({(one.rule, str(one.ref)) for one in found if one.rule.startswith("MSH")})
    assert told == [
        ("MSH001", "VirtualService default/reviews-bogushost"),
        ("MSH001", "VirtualService default/reviews-bookinfo-other"),
        ("MSH001", "VirtualService default/reviews-mirror-bogushost"),
        ("MSH001", "VirtualService hello/hello-export-to-bogus"),
        ("MSH001", "VirtualService istio-system/cross-namespace-details"),
        ("MSH002", "VirtualService default/reviews-bogusport"),
    ]
