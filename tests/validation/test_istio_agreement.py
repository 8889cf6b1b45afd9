"""Istio's own cases for `istioctl analyze`: the same messages, on Pods and on Deployments that make them.

A message is a case, a code and an object. `agreement/istio-analyzers.yaml` holds every difference with the reason who
is right; the figures in it are computed here.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.validation.istio_messages import ANALYZERS, GATEWAY, IN_MESH, LIVE, NOTES, objects_in, taken_for_granted

from bayplan.validation.example import findings_in

if TYPE_CHECKING:
    from collections.abc import Iterator

ORACLE = Path(__file__).parents[3] / "shared" / "oracles" / "istio-analyzers"
AGREEMENT = Path(__file__).parent / "agreement" / "istio-analyzers.yaml"
RULES = {code for messages in ANALYZERS.values() for codes in messages.values() for code in codes.split()}
Message = tuple[str, str, str]
"""Case, code and object."""

pytestmark = pytest.mark.skipif(not ORACLE.is_dir(), reason="../shared/oracles is not beside the checkout")


@cache
def oracle() -> dict[str, Any]:
    """The cases with the messages that Istio's tests expect."""
    return dict(json.loads((ORACLE / "expected.json").read_text()))


def cases() -> Iterator[dict[str, Any]]:
    """The cases of analyzers that are ours."""
    return (case for case in oracle()["cases"] if case["analyzer"] in ANALYZERS)


def files_of(case: dict[str, Any], *, wrapped: bool) -> dict[str, str]:
    """The files of a case, with what istioctl adds; the mesh's configuration as the ConfigMap that holds it."""
    texts = {name: (ORACLE / "testdata" / name).read_text() for name in case["inputFiles"]}
    files = {name: objects_in(text, wrapped=wrapped) for name, text in texts.items()}
    if case["analyzer"] in IN_MESH:
        objects = [one for some in files.values() for one in some]
        files["granted.yaml"] = taken_for_granted(objects, wrapped=wrapped)
    files["gateway.yaml"] = objects_in(GATEWAY, wrapped=wrapped)
    if "meshConfigFile" in case:
        mesh = (ORACLE / "testdata" / case["meshConfigFile"]).read_text()
        meta = {"name": "istio", "namespace": "istio-system"}
        files["mesh.yaml"] = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"mesh": mesh}}]
    return {name: yaml.safe_dump_all(objects, sort_keys=False) for name, objects in files.items()}


def expected(case: dict[str, Any], *, wrapped: bool) -> set[Message]:
    """The messages in scope; a Pod's is that of the Deployment that makes it."""
    messages = ANALYZERS[case["analyzer"]]
    named = {(one["code"], one["object"]) for one in case["expected"] if one["code"] in messages}
    as_made = (
        (code, name.replace("Pod ", "Deployment ", 1) if wrapped and name.startswith("Pod ") else name)
        for code, name in named
    )
    return {(case["name"], code, name) for code, name in as_made}


@cache
def differences(*, wrapped: bool) -> tuple[int, tuple[Message, ...], tuple[Message, ...]]:
    """How many messages agree, those that only Istio has, and those that only we have."""
    agree, theirs, ours = 0, set[Message](), set[Message]()
    for case in cases():
        messages, wanted = ANALYZERS[case["analyzer"]], expected(case, wrapped=wrapped)
        files = files_of(case, wrapped=wrapped)
        found = {(one.rule, str(one.ref)) for one in findings_in(files) if one.file in case["inputFiles"]}
        missing = {one for one in wanted if not any((rule, one[2]) in found for rule in messages[one[1]].split())}
        meant = {(rule, name) for _, code, name in wanted for rule in messages[code].split()}
        own = {rule for codes in messages.values() for rule in codes.split()}
        agree += len(wanted) - len(missing)
        theirs |= missing
        ours |= {(case["name"], rule, name) for rule, name in found - meant if rule in own}
    return agree, tuple(sorted(theirs)), tuple(sorted(ours))


@pytest.mark.parametrize("wrapped", [False, True], ids=["pods", "deployments"])
def test_the_messages_are_those_of_istio(wrapped: bool) -> None:
    said = yaml.safe_load(AGREEMENT.read_text())
    agree, theirs, ours = differences(wrapped=wrapped)
    assert [tuple(one["message"].split(" | ")) for one in said["disagree"] if one["only"] == "istio"] == list(theirs)
    assert [tuple(one["message"].split(" | ")) for one in said["disagree"] if one["only"] == "bayplan"] == list(ours)
    assert (said["agree"], said["cases"]) == (agree, agree + len(theirs) + len(ours))


def test_every_difference_has_its_reason() -> None:
    for one in yaml.safe_load(AGREEMENT.read_text())["disagree"]:
        assert one["right"] in ("istio", "bayplan", "both")
        assert len(one["why"].split()) >= 6


def test_what_is_out_of_scope_is_counted() -> None:
    left: dict[str, int] = {}
    for case in [*oracle()["cases"], *oracle()["multicluster_cases"]]:
        for message in {(one["code"], one["object"]) for one in case["expected"]}:
            if case["analyzer"] in LIVE:
                left[case["analyzer"]] = left.get(case["analyzer"], 0) + 1
            elif message[0] not in ANALYZERS[case["analyzer"]]:
                left[message[0]] = left.get(message[0], 0) + 1
    reasons = {**LIVE, **NOTES}
    said = yaml.safe_load(AGREEMENT.read_text())["out_of_scope"]
    assert said == [{"what": what, "cases": left[what], "why": reasons[what]} for what in sorted(left)]
