"""Pod Security admission's own fixtures: each pod gets the verdict that Kubernetes gives it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bayplan.manifests.yaml import read
from bayplan.validation.pod_security.standards import offences
from bayplan.validation.pod_security.subject import Subject

FIXTURES = Path(__file__).parents[3] / "shared" / "oracles" / "pod-security-admission" / "testdata"
pytestmark = pytest.mark.skipif(not FIXTURES.is_dir(), reason="../shared/oracles is not beside the checkout")
AGREEMENT = Path(__file__).with_name("agreement") / "pod-security-admission.yaml"
TAKES_THE_PLACE = {
    "capabilities_baseline": "capabilities_restricted",
    "hostpathvolumes": "restrictedvolumes",
    "procmount": "procmount_restricted",
    "seccompprofile_baseline": "seccompprofile_restricted",
}
"""Checks of baseline that level restricted runs in a stricter form, under another name."""


def verdict_of(path: Path) -> tuple[bool, set[str]]:
    """Whether a pod is to pass, and the names of the checks that it fails with us."""
    level, version, wanted = path.relative_to(FIXTURES).parts[:3]
    body: dict[str, Any] = read(path.read_bytes(), file=path.name)[0].body
    annotations = body["metadata"].get("annotations") or {}
    subject = Subject(spec=body["spec"], annotations=annotations, pointer="/spec")
    found = {name.lower() for name, _ in offences(subject, level, int(version.removeprefix("v1.")))}
    return wanted == "pass", found


def agrees(path: Path) -> bool:
    """A pod that is to pass fails nothing; one that is to fail fails the check in its file's name."""
    passes, found = verdict_of(path)
    check = re.sub(r"\d*\.yaml$", "", path.name)
    return not found if passes else bool({check, TAKES_THE_PLACE.get(check, check)} & found)


@cache
def fixtures() -> tuple[Path, ...]:
    return tuple(sorted(FIXTURES.rglob("*.yaml")))


def test_every_fixture_gets_the_verdict_of_kubernetes() -> None:
    assert len(fixtures()) > 800
    assert [str(path.relative_to(FIXTURES)) for path in fixtures() if not agrees(path)] == []


def test_the_agreement_is_what_was_found() -> None:
    told = yaml.safe_load(AGREEMENT.read_text())
    agree = sum(map(agrees, fixtures()))
    assert (told["cases"], told["agree"], told["disagree"]) == (len(fixtures()), agree, [])
