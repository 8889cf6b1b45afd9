"""What does not go together with pods that claim accelerators: each with its line and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.spec.repository_of_specs import CLUSTER, Repository
from tests.spec.test_karpenter_words import APP, KARPENTER

from bayplan.spec.load import load

if TYPE_CHECKING:
    from pathlib import Path

DRIVER = 'dra-driver-nvidia-gpu: "25.12"'
GPU = "  - {name: gpu, instance: p4d.24xlarge, zones: [a], nodes: {max: 4}}\n"
WHOLE = CLUSTER.replace('istio: "1.31"', f'karpenter: "1.15", {DRIVER}') + GPU + "devices: dra\n"
BOUGHT = WHOLE.replace("min: 2, ", "") + KARPENTER
QUEUED = "queues: {web: {guaranteed: {a100: 1}}}\n"
WRONGS = [
    (WHOLE, f", {DRIVER}", "", "dra-driver-nvidia-gpu is not among the controllers"),
    (WHOLE, '"1.37"', '"1.33"', "'1.33' is not possible here"),
    (WHOLE, "{max: 4}}", "{max: 4}, sharing: {replicas: 4}}", "4 pods cannot claim one accelerator of 'gpu'"),
    (WHOLE, "devices: dra\n", f"devices: dra\n{QUEUED}", "queues count nvidia.com/gpu"),
    (BOUGHT, "", "", "karpenter would buy nodes of 'gpu' without counting claims"),
    (BOUGHT, "{max: 4}}", "{max: 4}, mig: all-1g.5gb}", "karpenter buys no slices of 'gpu' for claims"),
]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path)
    repository.write("apps/shop.yaml", APP)
    return repository


@pytest.mark.parametrize("said", [WHOLE, BOUGHT + "  claims: true\n"])
def test_a_cluster_whose_pods_claim(repository: Repository, said: str) -> None:
    repository.write("clusters/lab/cluster.yaml", said)
    (cluster,) = load(repository.root).clusters
    assert cluster.devices == "dra"


@pytest.mark.parametrize(("whole", "old", "new", "what"), WRONGS)
def test_what_cannot_be_claimed_is_answered(repository: Repository, whole: str, old: str, new: str, what: str) -> None:
    assert old in whole
    repository.write("clusters/lab/cluster.yaml", whole.replace(old, new) if old else whole)
    complaints = repository.complaints()
    assert any(what in one and one.startswith("clusters/lab/cluster.yaml:") for one in complaints), complaints
