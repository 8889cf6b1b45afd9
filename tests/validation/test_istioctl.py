"""`istioctl analyze` itself, built from the pinned Istio, on the files of its own cases, in the same run as ours.

Whatever it says of a file with Pods, in codes that are ours, we say too; of the same file with a Deployment in the
place of every Pod it says less, and we say the same as before. What only it says stands in UNLIKE, with the reason.
"""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.validation.istio_messages import ANALYZERS, GATEWAY, objects_in
from tests.validation.test_istio_agreement import ORACLE, cases

from bayplan.lab.parts import find_parts
from bayplan.validation.example import findings_in

ROOT = Path(__file__).parents[2]
CODES: dict[str, set[str]] = {}
"""Message to the rules of ours that say the same, whichever analyzer sends it."""
for messages in ANALYZERS.values():
    for code, rules in messages.items():
        CODES.setdefault(code, set()).update(rules.split())

NO_GATEWAY = "the Gateway is not there, which is MSH014; that it does not serve the host is the same defect"
NO_KIND = "without a cluster istioctl knows no Gateway of the Gateway API, and misses the one in the file"
UNLIKE = {
    ("virtualservice_dupmatches.yaml", "IST0132", "VirtualService almost-duplicate-tcp-match"): NO_GATEWAY,
    ("virtualservice_dupmatches.yaml", "IST0132", "VirtualService duplicate-empty-tcp"): NO_GATEWAY,
    ("virtualservice_dupmatches.yaml", "IST0132", "VirtualService duplicate-tcp-match"): NO_GATEWAY,
    ("virtualservice_gateways.yaml", "IST0132", "VirtualService httpbin-bogus"): NO_GATEWAY,
    ("virtualservice_kubernetes_gateways.yaml", "IST0101", "VirtualService my-vs"): NO_KIND,
    ("virtualservice_kubernetes_gateways.yaml", "IST0101", "VirtualService my-vs-host-mismatch"): NO_KIND,
    ("virtualservice_kubernetes_gateways.yaml", "IST0132", "VirtualService my-vs"): NO_KIND,
}
"""File, message and object that only istioctl has: why."""
MADE = {"MSH043": "a Deployment of istiod installs a revision, which a bare Pod does not"}
"""Rules of which a Deployment says more than a Pod."""


@cache
def istioctl() -> Path:
    """The program; a skip with the reason where it could not be built."""
    if not ORACLE.is_dir():
        pytest.skip("../shared/oracles is not beside the checkout")
    parts = find_parts(ROOT)
    if why := parts.why_missing("istioctl"):
        pytest.skip(f"no istioctl: {why} (make tools)")
    return parts.binary("istioctl")


def theirs(file: Path) -> set[tuple[str, str]]:
    """Message and object of all that istioctl says of a file, in codes that are ours."""
    command = [str(istioctl()), "analyze", "--use-kube=false", "--output", "json", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    said: list[dict[str, Any]] = json.loads(ran.stdout or "[]") or []
    return {(one["code"], plain(one.get("origin", ""))) for one in said if one["code"] in CODES}


def ours(objects: list[dict[str, Any]], *, wrapped: bool) -> set[tuple[str, str]]:
    """Rule and object of all that we say of a file, beside the gateway that istioctl takes for granted."""
    granted = yaml.safe_dump_all(objects_in(GATEWAY, wrapped=wrapped))
    found = findings_in({"case.yaml": yaml.safe_dump_all(objects, sort_keys=False), "gateway.yaml": granted})
    return {(one.rule, plain(str(one.ref))) for one in found if one.file == "case.yaml"}


def plain(name: str) -> str:
    """Kind and name; istioctl puts what has no namespace into `default`."""
    return name.replace(" default/", " ").replace(" /", " ")


FILES = sorted({file for case in cases() for file in case["inputFiles"]}) if ORACLE.is_dir() else []


@pytest.mark.parametrize("file", FILES or ["none"])
def test_we_say_what_istioctl_says_on_pods_and_on_deployments(file: str, tmp_path: Path) -> None:
    istioctl()
    text = (ORACLE / "testdata" / file).read_text()
    said: list[set[tuple[str, str]]] = []
    for wrapped in (False, True):
        objects = objects_in(text, wrapped=wrapped)
        path = tmp_path / f"{wrapped}.yaml"
        path.write_text(yaml.safe_dump_all(objects, sort_keys=False))
        found = ours(objects, wrapped=wrapped)
        known = {(code, name) for at, code, name in UNLIKE if at == file}
        only_theirs = {one for one in theirs(path) if not any((rule, one[1]) in found for rule in CODES[one[0]])}
        assert only_theirs == known
        said.append({(rule, name) for rule, name in found if rule.startswith("MSH") and rule not in MADE})
    assert {(rule, name.replace("Pod ", "Deployment ")) for rule, name in said[0]} == said[1]
