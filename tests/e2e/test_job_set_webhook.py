"""JobSet's webhook and check refuse the same: every mutation of WRK030 is shown to the real one, in dry run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.e2e.built import skip_unless_built
from tests.e2e.conftest import say
from tests.e2e.scene import ROOT
from tests.render.node_words import GENERAL, nodes_cluster

from bayplan.lab.api import Refused
from bayplan.lab.lab import close, remove, start_lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.lab.api import Api

CODE = "WRK030"
CONTROLLERS = {"flux": "2.9", "jobset": "0.12"}
CLUSTER = nodes_cluster(GENERAL | {"nodes": {"max": 3}}, karpenter=None, controllers=CONTROLLERS)
FILE = Path("tests/validation/mutations/workload.yaml")
MUTATIONS: list[dict[str, Any]] = yaml.safe_load((ROOT / FILE).read_text())
SETS = [
    one
    for one in MUTATIONS
    if one.get("add", "").startswith("apiVersion: jobset.x-k8s.io/") and "namespace: train" in one["add"]
    if all(found.startswith(CODE) for found in one["finds"]) and "restart always" not in one["name"]
]
"""JobSets of which nothing else is said; pods that restart always JobSet takes, and the API server refuses its Jobs."""


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    skip_unless_built(ROOT, CONTROLLERS)
    lab = start_lab(ROOT, CLUSTER, f"e2e-job-set-{os.getpid()}", say)
    try:
        lab.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "train"}})
        yield lab.api
    finally:
        close(lab)
        remove(lab.layout.path)


def test_the_webhook_refuses_what_is_called_broken_and_nothing_else(api: Api) -> None:
    told, refused = set(), set()
    for one in SETS:
        finds = [found for found in one["finds"] if found.startswith(CODE)]
        told |= {one["name"]} if finds else set()
        try:
            api.apply(yaml.safe_load(one["add"]), dry_run=True)
        except Refused:
            refused |= {one["name"]}
    assert len(told) > 10
    assert told == refused
