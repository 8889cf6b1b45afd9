"""The suites of other tools, for the rules that we share: the same verdicts, or a reason why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayplan.validation.example import findings_in

ORACLES = Path(__file__).parents[3] / "shared" / "oracles"
needs_oracles = pytest.mark.skipif(not ORACLES.is_dir(), reason="../shared/oracles is not beside the checkout")


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
