"""What `changes.yaml` says, and `tests/validation/test_changes.py` holds the rules to, is what the API server does."""

from __future__ import annotations

import os
import time
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.e2e.conftest import say
from tests.e2e.scene import ROOT, YARD
from tests.validation.steps import laid_over

from bayplan.complaint import BadInput
from bayplan.lab.api import Refused
from bayplan.lab.lab import PROGRAMS, close, remove, start_lab
from bayplan.lab.parts import find_parts
from bayplan.spec.load import load_clusters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.lab.api import Api

CHANGES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("changes.yaml").read_text())


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """A control plane of our own."""
    described = {one.name: one for one in load_clusters(YARD)}["lab"]
    cluster = described.model_copy(
        update={"controllers": {"flux": described.controllers["flux"]}, "pools": described.pools}
    )
    try:
        for program in PROGRAMS:
            find_parts(ROOT).binary(program)
    except BadInput as bad:
        pytest.skip(str(bad))
    lab = start_lab(YARD, cluster, f"e2e-lab-changes-{os.getpid()}", say)
    try:
        yield lab.api
    finally:
        close(lab)
        remove(lab.layout.path)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change["name"].replace(" ", "-"))
def test_the_api_server_says_the_same(api: Api, change: dict[str, Any]) -> None:
    body = deepcopy(change["before"])
    after = laid_over(body, change["change"])
    version, kind, meta = body["apiVersion"], body["kind"], body["metadata"]
    remove_it(api, version, kind, meta)
    api.apply(body)
    if kind == "CustomResourceDefinition":
        settle(api, version, kind, meta)
    refused = ""
    try:
        api.apply(after)
    except Refused as error:
        refused = str(error)
    finally:
        remove_it(api, version, kind, meta)
    assert bool(refused) == change["refused"], refused or "the API server has taken it"


def settle(api: Api, version: str, kind: str, meta: dict[str, Any]) -> None:
    """Until a definition is established, its names may change."""
    for _ in range(100):
        got = api.get(version, kind, meta["name"], meta.get("namespace"))
        conditions = ((got or {}).get("status") or {}).get("conditions") or []
        if any(one["type"] == "Established" and one["status"] == "True" for one in conditions):
            return
        time.sleep(0.1)
    raise AssertionError("is not established")


def remove_it(api: Api, version: str, kind: str, meta: dict[str, Any]) -> None:
    """Away with an object, and with what holds it."""
    name, namespace = meta["name"], meta.get("namespace")
    if api.get(version, kind, name, namespace) is None:
        return
    try:
        api.delete(version, kind, name, namespace)
        api.patch(version, kind, name, namespace, {"metadata": {"finalizers": None}})
    except Refused:
        pass
    for _ in range(100):
        if api.get(version, kind, name, namespace) is None:
            return
        time.sleep(0.1)
