"""pluto's table of versions that end: each that is gone in Kubernetes 1.37 we call not served, as in its files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bayplan.manifests.manifest import Manifest
from bayplan.manifests.read import read_tree
from bayplan.manifests.ref import Ref
from bayplan.validation.run import check
from bayplan.validation.schema.judge import judge

PLUTO = Path(__file__).parents[3] / "shared" / "oracles" / "pluto"
pytestmark = pytest.mark.skipif(not PLUTO.is_dir(), reason="../shared/oracles is not beside the checkout")
AGREEMENT = Path(__file__).with_name("agreement") / "pluto.yaml"
FILES = {
    "assets/non-deprecated/deployment-apps-v1.yaml": 0,
    "assets/deprecated116/deployment-extensions-v1beta1.yaml": 1,
    "assets/list/list-deployment-non-deprecated.yaml": 0,
    "assets/list/list-deployment-deprecated-and-non-deprecated.yaml": 1,
    "finder/deployment-extensions-v1beta1.yaml": 1,
    "finder/deployment-extensions-v1beta1.json": 1,
}
"""Number of objects that the peer calls removed."""


@cache
def entries() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((PLUTO / "versions.yaml").read_text())["deprecated-versions"])


def why_out(entry: dict[str, Any]) -> str:
    """Why an entry is none of ours; "" where it is."""
    if entry["kind"].endswith("List"):
        return "lists"
    if entry["version"].startswith("audit.k8s.io"):
        return "configuration of the API server"
    if entry["version"].startswith("certmanager.k8s.io") or entry["component"] == "istio":
        return "groups of old controllers"
    return "no kind" if entry["kind"] == "FlowControl" else ""


def is_gone(entry: dict[str, Any]) -> bool:
    body = {"apiVersion": entry["version"], "kind": entry["kind"], "metadata": {"name": "a"}}
    return "SCH003" in {code for code, _ in judge(Manifest(ref=Ref.of(body), body=body), kubernetes="1.37")}


def test_the_agreement_is_what_was_found() -> None:
    told = yaml.safe_load(AGREEMENT.read_text())
    ours = [one for one in entries() if not why_out(one)]
    differ = [f"{one['version']} {one['kind']}" for one in ours if not is_gone(one)]
    out = [why_out(one) for one in entries() if why_out(one)]
    assert (told["cases"], told["agree"]) == (len(ours), len(ours) - len(differ))
    assert [one["case"] for one in told["disagree"]] == differ
    assert {one["what"]: one["cases"] for one in told["out_of_scope"]} == {what: out.count(what) for what in set(out)}


@pytest.mark.parametrize("file", sorted(FILES))
def test_the_same_objects_of_its_files_are_gone(file: str) -> None:
    findings = check(read_tree(PLUTO / file).inventory)
    assert sum(one.rule == "SCH003" for one in findings) == FILES[file]
