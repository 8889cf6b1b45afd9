"""kubectl-validate's and flux-schema's own cases: what they refuse we refuse, what they take we take."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bayplan.validation.example import findings_in
from bayplan.validation.finding import Severity, Status

ORACLES = Path(__file__).parents[3] / "shared" / "oracles"
pytestmark = pytest.mark.skipif(not ORACLES.is_dir(), reason="../shared/oracles is not beside the checkout")
KUBECTL = ORACLES / "kubectl-validate"
FLUX = ORACLES / "flux-schema" / "testdata" / "validate" / "manifests"
AGREEMENT = Path(__file__).with_name("agreement")


def is_refused(text: str, crds: dict[str, str]) -> bool:
    """Whether we call a text something that cannot be applied: by its form, its schema, its version or its rules."""
    found = findings_in({"judged/objects.yaml": text, **crds})
    ours = [one for one in found if one.file.startswith("judged/") and one.rule[:3] in ("SCH", "YML")]
    sure = [one for one in ours if one.status is Status.BROKEN or one.rule == "SCH003"]
    return any(one.severity is Severity.SYNC for one in sure)


@cache
def kubectl_cases() -> tuple[dict[str, Any], ...]:
    cases = json.loads((KUBECTL / "expected.json").read_text())["cases"]
    return tuple(one for one in cases if not one["disabled"])


@cache
def kubectl_disagreements() -> tuple[str, ...]:
    folders = (KUBECTL / "testcases" / "crds", KUBECTL / "testcases" / "more-crds")
    crds = {f"crds/{path.name}": path.read_text() for folder in folders for path in sorted(folder.glob("*.yaml"))}
    return tuple(
        one["file"]
        for one in kubectl_cases()
        if is_refused((KUBECTL / "testcases" / one["file"]).read_text(), crds) != one["expect_error"]
    )


@cache
def flux_cases() -> tuple[tuple[str, bool], ...]:
    """File and whether it is to be refused."""
    return tuple((path.name, path.name.startswith("invalid")) for path in sorted(FLUX.glob("*.yaml")))


@cache
def flux_disagreements() -> tuple[str, ...]:
    return tuple(name for name, wrong in flux_cases() if is_refused((FLUX / name).read_text(), {}) != wrong)


@pytest.mark.parametrize("peer", ["kubectl-validate", "flux-schema"])
def test_the_agreement_is_what_was_found(peer: str) -> None:
    cases, differ = {
        "kubectl-validate": (kubectl_cases, kubectl_disagreements),
        "flux-schema": (flux_cases, flux_disagreements),
    }[peer]
    told = yaml.safe_load((AGREEMENT / f"{peer}.yaml").read_text())
    count = len(cases())
    assert (told["cases"], told["agree"]) == (count, count - len(differ()))
    assert [one["case"] for one in told["disagree"]] == list(differ())
    assert all(one["why"] and one["right"] for one in told["disagree"])
