"""Which zeros Kubernetes keeps is read from its own types, and written down as they are."""

from __future__ import annotations

import json

import pytest
from tools.zeros import MODULES, TARGET, text


def test_the_file_is_what_the_types_say() -> None:
    if not [*MODULES.glob("kube-aggregator@v0.37.*")]:
        pytest.skip("the Go modules of the API server are not here: make tools")
    assert TARGET.read_text() == text()


def test_a_count_of_zero_says_something_and_an_empty_list_does_not() -> None:
    kept = json.loads(TARGET.read_text())
    assert "replicas" in kept["apps.v1.DeploymentSpec"]
    assert "minReadySeconds" not in kept["apps.v1.DeploymentSpec"]
    assert {"namespaceSelector", "podSelector"} <= {*kept["networking.v1.NetworkPolicyPeer"]}
