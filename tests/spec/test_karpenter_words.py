"""What a cluster cannot say of nodes that Karpenter makes: each with its line, the numbers, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.spec.repository_of_specs import CLUSTER, Repository

from bayplan.spec.load import load

if TYPE_CHECKING:
    from pathlib import Path

KARPENTER = """\
karpenter:
  role: KarpenterNodeRole-lab
  image: al2023@v20261101
  subnets: {karpenter.sh/discovery: lab}
  security_groups: [sg-1]
  gates: [StaticCapacity]
"""
APP = (
    "name: shop\nteam: web\nworkloads: [{kind: Service, name: web, image: registry.example.com/web:v1@sha256:"
    + "1f" * 32
    + "}]\n"
)
WHOLE = CLUSTER.replace('istio: "1.31"', 'karpenter: "1.15"') + KARPENTER
WRONGS = [
    ('karpenter: "1.15"', 'istio: "1.31"', "karpenter is not among the controllers"),
    ('karpenter: "1.15"', 'karpenter: "0.37"', "karpenter 0.37 has no NodePools of version v1"),
    ("  gates: [StaticCapacity]\n", "", "keeps the 2 nodes of 'general' only with its gate StaticCapacity"),
    ("  gates: [StaticCapacity]\n", "", "only with its gate StaticCapacity"),
    ("  image: al2023@v20261101\n", "", "image is missing"),
    ("  image: al2023@v20261101\n", "  image: ami-1\n", "nobody says what ami-1 is built like"),
    ("al2023@v20261101", "ubuntu-22", "'ubuntu-22' is no machine image"),
    ("  role: KarpenterNodeRole-lab\n", "", "role is missing"),
    ("  gates:", "  node_class: {group: a.com, kind: C, name: c}\n  gates:", "role stands beside node_class"),
    ("  gates:", "  instance_profile: x\n  gates:", "both role and instance_profile are said"),
    ("max: 6}", "max: 6}\n    labels: {karpenter.sh/nodepool: x}", "only karpenter gives the label"),
    ("max: 6}", "max: 6}\n    network: true", "nothing brings the nodes of 'general' close together"),
    ("max: 6}", "max: 6}\n    capacity: reserved\n    usd_per_hour: 1", "nobody says what is reserved for 'general'"),
    ("max: 6}", "max: 6}\n    upkeep: {reservations: [cr-1]}", "'general' is on-demand and has reservations"),
    ("max: 6}", "max: 2}\n    upkeep: {weight: 1}", "never buys a node beyond the 2 that are always there"),
    ("max: 6}", "max: 6}\n    others: {example.com/fpga: 1}", "devices of 'general' only with its gate NodeOverlay"),
    ("max: 6}", "max: 6}\n    ephemeral: 20Ti", "takes a disk of 23013 GiB, AWS has 16384 at the most"),
    ("max: 6}", "max: 6}\n    overhead: {reserved: {cpu: 100m}}", "the kubelet would keep more cpu than the overhead"),
    ("max: 6}", "max: 6}\n    upkeep: {budgets: [{nodes: '1', schedule: '@daily'}]}", "schedule without duration"),
    ("max: 6}", "max: 6}\n    upkeep: {budgets: [{nodes: 110%}]}", "'110%' is no number of nodes"),
    ("max: 6}", "max: 6}\n    upkeep: {expire: 30d}", "'30d' is no age of a node"),
    ("max: 6}", "max: 6}\n    upkeep: {consolidate: never, after: 5m}", "after says when what never happens"),
    ("max: 6}", "max: 6}\n    provisioner: terraform\n    upkeep: {weight: 1}", "karpenter does not make the nodes"),
    ("max: 6}", "max: 6}\n    upkeep: {expire: 0s}", "nodes that are replaced at the age of 0s are never there"),
    (
        "max: 6}",
        "max: 6}\n    upkeep: {budgets: [{nodes: '0', schedule: 99 9 * * 1-5, duration: 8h}]}",
        "'99' is no minute from 0 to 59",
    ),
    ("max: 6}", "max: 6}\n    upkeep: {tags: {karpenter.sh/nodepool: x}}", "karpenter.sh/nodepool is Karpenter's own"),
    ("max: 6}", "max: 6}\n    labels: {a.karpenter.sh/b: x}", "only karpenter gives the label a.karpenter.sh/b"),
    ("max: 6}", "max: 6}\n    labels: {kubernetes.io/arch: arm64}", "says arm64, the nodes of 'general' are amd64"),
    (
        "max: 6}",
        "max: 6}\n    labels: {beta.kubernetes.io/os: windows}",
        "says windows, the nodes of",
    ),
    ("max: 6}", "max: 6}\n    labels: {kubernetes.io/hostname: x}", "kubernetes.io/hostname is another for each node"),
    (
        "max: 6}",
        "max: 6}\n    labels: {node.kubernetes.io/instance-type: c5.large}",
        "says c5.large, the nodes of 'general' are m7i.xlarge",
    ),
    (
        "max: 6}",
        "max: 6}\n    taints: [{key: a.com/x, value: red}, {key: a.com/x, value: blue}]",
        "two taints are a.com/x with NoSchedule",
    ),
    ("max: 6}", "max: 6}\n    taints: [{key: karpenter.sh/disrupted}]", "a node is not to be used now"),
    (
        'karpenter: "1.15"',
        'karpenter: "1.7"',
        "the gate StaticCapacity, which came with 1.8",
    ),
    ("instance: m7i.xlarge", "instance: {cpu: 4, memory: 8Gi, usd_per_hour: 1}", "karpenter buys by name"),
    (
        "max: 6}",
        "max: 6}\n  - {name: general-always-b, instance: m7i.xlarge, zones: [a], nodes: {max: 1}}",
        "always there",
    ),
]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path)
    repository.write("apps/shop.yaml", APP)
    return repository


def test_a_cluster_says_how_karpenter_makes_its_nodes(repository: Repository) -> None:
    repository.write("clusters/lab/cluster.yaml", WHOLE)
    (cluster,) = load(repository.root).clusters
    assert cluster.karpenter is not None


@pytest.mark.parametrize(("old", "new", "what"), WRONGS)
def test_what_cannot_be_is_answered(repository: Repository, old: str, new: str, what: str) -> None:
    assert old in WHOLE
    repository.write("clusters/lab/cluster.yaml", WHOLE.replace(old, new))
    complaints = repository.complaints()
    assert any(what in one and one.startswith("clusters/lab/cluster.yaml:") for one in complaints), complaints


@pytest.mark.parametrize(
    ("version", "words", "what"),
    [
        ("1.13", "consolidate: balanced", "does not know consolidation that is balanced, which came with 1.14"),
        ("1.10", "placement_group: near", "does not know placement groups, which came with 1.11"),
        ("1.14", "consolidate: balanced", ""),
        ("1.11", "placement_group: near", ""),
    ],
)
def test_an_old_karpenter_is_not_asked_for_what_it_does_not_know(
    repository: Repository, version: str, words: str, what: str
) -> None:
    said = WHOLE.replace('"1.15"', f'"{version}"').replace("max: 6}", f"max: 6}}\n    upkeep: {{{words}}}")
    repository.write("clusters/lab/cluster.yaml", said)
    complaints = repository.complaints() if what else []
    assert [what in one for one in complaints] == [True] * bool(what)
    assert what or load(repository.root).clusters


def test_what_labels_say_of_a_machine_may_be_said_twice(repository: Repository) -> None:
    labels = "{kubernetes.io/arch: amd64, kubernetes.io/os: linux, node.kubernetes.io/instance-type: m7i.xlarge}"
    repository.write("clusters/lab/cluster.yaml", WHOLE.replace("max: 6}", f"max: 6}}\n    labels: {labels}"))
    assert load(repository.root).clusters


def test_a_pool_of_karpenter_needs_the_clusters_word(repository: Repository) -> None:
    said = CLUSTER.replace("max: 6}", "max: 6}\n    provisioner: karpenter")
    repository.write("clusters/lab/cluster.yaml", said)
    (complaint,) = repository.complaints()
    assert complaint.startswith("clusters/lab/cluster.yaml:11: nobody says how karpenter makes 'general'")


def test_pools_of_one_sort_of_accelerators_have_one_runtime(repository: Repository) -> None:
    pools = (
        "max: 6}\n  - {name: l4, instance: g6.xlarge, zones: [a], nodes: {max: 1}, runtime: nvidia}"
        "\n  - {name: t4, instance: g4dn.xlarge, zones: [a], nodes: {max: 1}}"
    )
    repository.write("clusters/lab/cluster.yaml", CLUSTER.replace("max: 6}", pools))
    (complaint,) = repository.complaints()
    assert "pods may get nvidia.com/gpu in both pools, but 'l4' says nvidia, 't4' none" in complaint


def test_shares_and_slices_exclude_each_other(repository: Repository) -> None:
    pool = "max: 6}\n  - {name: a100, instance: p4d.24xlarge, zones: [a], nodes: {max: 1}, mig: auto,"
    said = CLUSTER.replace("max: 6}", f"{pool} sharing: {{replicas: 4, mps: true}}}}")
    repository.write("clusters/lab/cluster.yaml", said)
    (complaint,) = repository.complaints()
    assert "the accelerators of 'a100' are both cut and shared" in complaint
