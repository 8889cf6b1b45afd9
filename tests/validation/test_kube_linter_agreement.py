"""kube-linter's own suite: the same verdicts on every object, or a reason why not.

`agreement/kube-linter.yaml` says how often we agree, what is out of scope, and who is right about the rest; it is
computed here from the real run, so it cannot lie.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bayplan.validation.example import findings_in, read_all
from bayplan.validation.finding import Status

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.spec.cluster import Cluster
    from bayplan.validation.finding import Finding

HERE = Path(__file__).parent
ORACLE = HERE.parents[2] / "shared" / "oracles" / "kube-linter"
needs_oracle = pytest.mark.skipif(not ORACLE.is_dir(), reason="../shared/oracles is not beside the checkout")
SHARED: list[dict[str, Any]] = yaml.safe_load((HERE / "kube_linter.yaml").read_text())
AGREEMENT: dict[str, Any] = yaml.safe_load((HERE / "agreement" / "kube-linter.yaml").read_text())
VERDICTS = {Status.BROKEN: "fires", Status.UNKNOWN: "unknown"}


def expected() -> list[dict[str, Any]]:
    """The cases of the suite."""
    cases: list[dict[str, Any]] = json.loads((ORACLE / "expected.json").read_text())["cases"]
    return cases


def size(case: dict[str, Any]) -> int:
    """How many diagnostics a case has; one for those that only try a flag."""
    return case["count"] or len(case["messages"]) or 1


def objects_of(case: dict[str, Any], shared: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects of a case's file, with what the case adds to them."""
    text = (ORACLE / case["file"]).read_text()
    objects = [one for one in yaml.safe_load_all(text) if one]
    if "level" in shared:
        for one in objects:
            one["metadata"]["namespace"] = "lab"
        label = {"pod-security.kubernetes.io/enforce": shared["level"]}
        objects.append({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "lab", "labels": label}})
    return [*objects, *([shared["with"]] if "with" in shared else [])]


def told(finding: Finding, shared: dict[str, Any], manifests: tuple[Manifest, ...]) -> str:
    """What a finding is about, in the words of kube_linter.yaml."""
    ref = finding.ref
    if shared.get("unit") == "container":
        match = re.search(r"/(initContainers|containers)/(\d+)", finding.pointer)
        owner = next(one for one in manifests if one.ref == ref)
        assert match
        spec = owner.body["spec"]["template"]["spec"]
        return f"{ref.kind} {spec[match[1]][int(match[2])]['name']}"
    if shared.get("unit") == "field":
        *_, index, field = finding.pointer.split("/")
        return f"{ref.kind} {ref.name} {field} {index}"
    alike = [one for one in manifests if one.ref == ref]
    number = sum(one.line <= finding.line for one in alike)
    name = f"{ref.kind} {ref.name}" if "level" in shared else str(ref)
    return f"{name} ({number})" if len(alike) > 1 else name


def verdicts(case: dict[str, Any], shared: dict[str, Any], lab: Cluster) -> dict[str, str]:
    """Every object that our rules speak of, and how sure they are."""
    text = yaml.safe_dump_all(objects_of(case, shared))
    tree, _ = read_all({"example.yaml": text})
    found = findings_in(text, cluster=lab if shared.get("cluster") else None)
    ours = [one for one in found if one.rule in shared["codes"] and shared.get("at", "") in one.pointer]
    said: dict[str, str] = {}
    for one in sorted(ours, key=lambda one: one.status, reverse=True):
        said[told(one, shared, tree.manifests)] = VERDICTS[one.status]
    fields = (" targetPort ", " name ")
    return {
        key: one for key, one in said.items() if shared.get("unit") != "field" or any(map(key.__contains__, fields))
    }


def disagreements(lab: Cluster) -> list[dict[str, str]]:
    """Every object on which the two do not say the same."""
    by_check = {case["check"]: case for case in expected()}
    found = []
    for shared in SHARED:
        ours = verdicts(by_check[shared["check"]], shared, lab)
        for one in sorted({*shared["fires"], *ours}):
            theirs = "fires" if one in shared["fires"] else "silent"
            if ours.get(one, "silent") != theirs:
                found.append({"case": f"{shared['check']}: {one}", "theirs": theirs, "ours": ours.get(one, "silent")})
    return found


@needs_oracle
def test_what_we_share_is_counted_as_the_suite_has_it() -> None:
    """The objects that are said to fire are as many of each kind as the suite has diagnostics."""
    by_check = {case["check"]: case for case in expected()}
    for shared in SHARED:
        case = by_check[shared["check"]]
        kinds = Counter(re.split(r"[: ]", message, maxsplit=1)[0] for message in case["messages"])
        mine = Counter(one.split()[0] for one in shared["fires"])
        assert mine == kinds or shared["check"] in ("run-as-non-root", "drop-net-raw-capability"), shared["check"]


@needs_oracle
def test_every_check_is_shared_or_out_of_scope_for_a_reason() -> None:
    shared = {one["check"] for one in SHARED}
    excused = [check for group in AGREEMENT["out_of_scope"] for check in group["checks"]]
    assert sorted([*shared, *excused]) == sorted(case["check"] for case in expected())
    assert all(len(group["why"].split()) > 4 for group in AGREEMENT["out_of_scope"])


@needs_oracle
def test_the_figures_of_the_agreement_are_those_of_the_run(lab: Cluster) -> None:
    sizes = {case["check"]: size(case) for case in expected()}
    assert AGREEMENT["cases"] == sum(sizes.values())
    for group in AGREEMENT["out_of_scope"]:
        assert group["cases"] == sum(sizes[check] for check in group["checks"]), group["what"]
    found = disagreements(lab)
    told_of = [{key: one[key] for key in ("case", "theirs", "ours")} for one in AGREEMENT["disagree"]]
    assert sorted(found, key=lambda one: one["case"]) == sorted(told_of, key=lambda one: one["case"])
    assert all(one["right"] in ("bayplan", "kube-linter", "both") and one["why"] for one in AGREEMENT["disagree"])
    fires = sum(len(shared["fires"]) for shared in SHARED)
    assert AGREEMENT["agree"] == fires - sum(one["theirs"] == "fires" for one in found)
