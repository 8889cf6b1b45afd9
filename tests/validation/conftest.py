"""The small platform that tests break in one place at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bayplan.spec.cluster import Cluster

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def platform() -> dict[str, str]:
    """Every file of the clean platform, by path."""
    root = HERE / "platform"
    return {path.relative_to(root).as_posix(): path.read_text() for path in sorted(root.rglob("*.yaml"))}


@pytest.fixture(scope="session")
def lab() -> Cluster:
    """The spec of cluster lab."""
    return Cluster.model_validate(yaml.safe_load((HERE / "lab.yaml").read_text()))
