"""Node comes from the wheel, unless the user says otherwise."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from bayplan.render.node import choose_node

if TYPE_CHECKING:
    import pytest


def test_the_wheels_node_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JSII_NODE", raising=False)
    choose_node()
    told = subprocess.run([os.environ["JSII_NODE"], "--version"], check=True, capture_output=True, text=True)
    assert told.stdout.startswith("v24.")
    assert not told.stderr


def test_a_node_that_the_user_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_NODE", "/opt/node")
    choose_node()
    assert os.environ["JSII_NODE"] == "/opt/node"


def test_a_cache_that_the_user_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", "/opt/cache")
    choose_node()
    assert os.environ["JSII_RUNTIME_PACKAGE_CACHE_ROOT"] == "/opt/cache"
