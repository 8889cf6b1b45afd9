"""Slices, shares, disks, devices, volumes and regions that make no sense: one clear complaint with file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bayplan.spec.load import load

if TYPE_CHECKING:
    from tests.spec.repository_of_specs import Repository

BOT = """\
name: bot
team: t
workloads:
  - kind: ModelServer
    name: api
    image: registry.example.com/bot/api:v1
    replicas: 1
"""

CUTS = {
    "both": (
        "p4d.24xlarge",
        "sharing: {replicas: 4}\n    mig: auto",
        ":11: the accelerators of 'general' are both cut",
    ),
    "no such layout": (
        "p4d.24xlarge",
        "mig: all-1g.6gb",
        ":10: no layout of a100 is called 'all-1g.6gb' Did you mean \"all-1g.5gb\"?",
    ),
    "no such slice": ("p4d.24xlarge", "mig: {1g.6gb: 2}", ":10: a100 has no slice '1g.6gb' Did you mean \"1g.5gb\"?"),
    "too much": (
        "p4d.24xlarge",
        "mig: {3g.20gb: 3}",
        ":10: 3 x 3g.20gb do not fit on one a100: they take 12 parts of its memory, it has 8",
    ),
    "no place": (
        "p4d.24xlarge",
        "mig: {4g.20gb: 2}",
        ":10: 2 x 4g.20gb do not fit on one a100: of its parts 0 to 7 a 4g.20gb may start at 0",
    ),
    "cannot be cut": ("g6.xlarge", "mig: auto", ":10: l4 cannot be cut"),
    "nothing to cut": ("m7i.xlarge", "mig: auto", ":10: its nodes have no accelerators to cut"),
    "nothing to share": (
        "m7i.xlarge",
        "sharing: {replicas: 2}",
        ":10: nodes of 'general' have no nvidia.com/gpu to share",
    ),
    "unknown memory": (
        '{cpu: 8, memory: 8Gi, accelerator: a100, accelerators: 1, usd_per_hour: "1"}',
        "mig: auto",
        ":10: a100 is sold with more and with less memory",
    ),
    "shared by one": ("g6.xlarge", "sharing: {replicas: 1}", ":10: replicas: 1 is below 2"),
    "disk": ("m7i.xlarge", "ephemeral: 10Gi\n    overhead: {ephemeral: 10Gi}", ":11: overhead leaves no ephemeral"),
    "devices": (
        "m7i.xlarge",
        "overhead: {others: {example.com/fpga: 1}}",
        ":10: overhead takes 1 example.com/fpga, a node has 0",
    ),
    "GPUs as others": (
        "m7i.xlarge",
        "others: {nvidia.com/gpu: 1}",
        ":10: nvidia.com/gpu: 'nvidia.com/gpu' has words of its own",
    ),
    "CPU as others": ("m7i.xlarge", "others: {cpu: 1}", ":10: cpu: 'cpu' is no device that a plugin counts"),
    "bays": ("m7i.xlarge", "bays: 0", ":10: bays: 0 is below 1"),
}


@pytest.mark.parametrize(("instance", "words", "says"), CUTS.values(), ids=CUTS.keys())
def test_a_pool_that_cannot_be_is_one_clear_complaint(
    repository: Repository, instance: str, words: str, says: str
) -> None:
    repository.change_cluster("m7i.xlarge\n    zones: [a, b]\n", f"{instance}\n    zones: [a, b]\n    {words}\n")
    (complaint,) = repository.complaints()
    assert complaint.startswith(f"clusters/lab/cluster.yaml{says}")


def test_a_pool_has_not_the_name_of_a_bay(repository: Repository) -> None:
    pool = "    bays: 2\n  - {name: general-2, instance: m7i.large, zones: [a], nodes: {max: 1}}\n"
    repository.change_cluster("    nodes: {min: 2, max: 6}\n", f"    nodes: {{min: 2, max: 6}}\n{pool}")
    (complaint,) = repository.complaints()
    assert complaint.startswith(
        "clusters/lab/cluster.yaml:12: pool 'general-2' has the name of a bay of pool 'general'"
    )


def test_a_name_leaves_room_for_that_of_the_layout(repository: Repository) -> None:
    repository.change_cluster(
        "general\n    instance: m7i.xlarge\n", f"{'g' * 40}\n    mig: auto\n    instance: p4d.24xlarge\n"
    )
    (complaint,) = repository.complaints()
    assert complaint.startswith("clusters/lab/cluster.yaml:7: its nodes would be called gggg")


CUT = "  - {name: a100, instance: p4d.24xlarge, zones: [a], mig: all-3g.20gb, nodes: {max: 2}}\n"
ASKED = {
    "model": ("accelerator: {model: l5}", ":8: no accelerator is called 'l5' Did you mean \"l4\"?"),
    "slice": ("accelerator: {slice: 1g.11gb}", ":8: no accelerator has a slice '1g.11gb' Did you mean"),
    "slice of no card": (
        "accelerator: {model: a100, slice: 5g.30gb}",
        ":8: no accelerator has a slice '5g.30gb' There are 1g.10gb, 1g.20gb, 1g.5gb",
    ),
    "slice of another card": (
        "accelerator: {model: a100, slice: 1g.12gb}",
        ":8: a100 has no slice '1g.12gb' Did you mean",
    ),
    "card without slices": (
        "accelerator: {model: l4, slice: 1g.5gb}",
        ":8: l4 cannot be cut into slices, 1g.5gb is asked for",
    ),
    "share of a slice": (
        'accelerator: {slice: "50%"}',
        ":8: slice: '50%' is a fraction, and slices are cut in fixed sizes Write a profile",
    ),
    "half a slice": ("accelerator: {slice: 0.5}", ":8: slice: 0.5 is a fraction"),
    "seventh": ("accelerator: {slice: 1/7}", ":8: slice: '1/7' is a fraction"),
    "no pool is cut": ("accelerator: {slice: 10G}", ":8: no pool of cluster lab is cut into slices Say mig: auto"),
    "no slice": ('accelerator: {slice: "10gb"}', ":8: slice: '10gb' is no slice"),
    "slice and share": ('accelerator: {slice: 1g.5gb, share: "20%"}', ":8: both slice and share"),
    "share of two": ('accelerator: {count: 2, share: "20%"}', ":8: a share of 2 accelerators"),
    "share beyond all": ('accelerator: {share: "120%"}', ":8: share: '120%' is no share"),
    "devices": ("resources: {others: {fpga: 1}}", ":8: fpga: 'fpga' is no device"),
    "none of a device": ("resources: {others: {example.com/fpga: 0}}", ":8: example.com/fpga: 0 is below 1"),
    "licence": ("spread: {hosts: must, most_per_node: 2}", ":8: hosts must be spread and may be shared"),
    "no volume": ("storage: {path: /x}", ":8: storage: no volume"),
    "two volumes": ("storage: {size: 1Gi, claim: c}", ":8: both a new volume and one that is there"),
    "price": ("storage: {size: 1Gi}", ":8: cluster lab has no price for a volume without type"),
    "zone": ("storage: {claim: c, zone: us-east-1a}", ":8: zone 'us-east-1a' is not in eu-central-1"),
    "path": ("storage: {claim: c, path: /tmp}", ":8: /tmp is taken"),
}


def test_a_slice_larger_than_any_is_told_with_the_largest(repository: Repository) -> None:
    repository.change_cluster("    nodes: {min: 2, max: 6}\n", f"    nodes: {{min: 2, max: 6}}\n{CUT}")
    repository.write("apps/bot.yaml", f"{BOT}    accelerator: {{slice: 40G}}\n")
    (complaint,) = repository.complaints()
    what = "apps/bot.yaml:8: no slice on cluster lab has 40G: the largest, 3g.20gb, has 19073Mi"
    assert complaint.startswith(f"{what} Ask for less")


@pytest.mark.parametrize(("words", "says"), ASKED.values(), ids=ASKED.keys())
def test_a_workload_that_cannot_be_is_one_clear_complaint(repository: Repository, words: str, says: str) -> None:
    repository.write("apps/bot.yaml", f"{BOT}    {words}\n")
    (complaint,) = repository.complaints()
    assert complaint.startswith(f"apps/bot.yaml{says}")


def test_a_new_volume_belongs_to_one_replica(repository: Repository) -> None:
    repository.change_cluster("pools:", 'storage: {gp3: "0.08"}\npools:')
    repository.write("apps/bot.yaml", BOT.replace("replicas: 1", "storage: {size: 1Gi}"))
    (complaint,) = repository.complaints()
    assert complaint.startswith("apps/bot.yaml:7: a volume that is made for it belongs to one replica")


REGIONS = {
    "unknown": (
        "regions: [eu-centrl-1]",
        ":8: no cluster stands in region 'eu-centrl-1' Did you mean \"eu-central-1\"?",
    ),
    "contradicting": (
        "regions: [us-east-1]\nclusters: [lab]",
        ":9: cluster lab stands in eu-central-1, 'bot' may run in us-east-1 only",
    ),
}


EAST = """\
name: east
region: us-east-1
kubernetes: "1.37"
controllers: {flux: "2.9"}
source: {url: "https://git.example.com/p.git"}
pools: [{name: general, instance: m7i.xlarge, zones: [a], nodes: {max: 1}}]
"""


def test_an_app_runs_on_the_clusters_in_its_regions(repository: Repository) -> None:
    repository.write("clusters/east/cluster.yaml", EAST)
    repository.write("apps/bot.yaml", f"{BOT}regions: [us-east-1]\n")
    platform = load(repository.root)
    assert [cluster.name for cluster in platform.clusters if platform.apps_on(cluster)] == ["east"]


@pytest.mark.parametrize(("words", "says"), REGIONS.values(), ids=REGIONS.keys())
def test_a_region_where_nobody_is(repository: Repository, words: str, says: str) -> None:
    repository.write("clusters/east/cluster.yaml", EAST)
    repository.write("apps/bot.yaml", f"{BOT}{words}\n")
    (complaint,) = repository.complaints()
    assert complaint.startswith(f"apps/bot.yaml{says}")
