"""What machines offer."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from bayplan.spec.amount import millicores, whole_mebibytes
from bayplan.spec.catalogue import ec2, gke
from bayplan.spec.cluster import Cluster, Instance, Nodes, Overhead, Pool, Source, Taint
from bayplan.spec.machine import machine_of

DATA = Path(__file__).parents[3] / "shared/data/aws-instance-types/aws_us_east_1.csv"


def test_the_catalogue_has_the_figures_of_its_source() -> None:
    if not DATA.exists():
        pytest.skip("../shared with the source of the figures is not beside this checkout")
    with DATA.open() as file:
        rows = {row["name"]: row for row in csv.DictReader(file) if row["usd_per_hour"]}
    assert sorted(ec2.lines()) == sorted(rows)
    for name, row in rows.items():
        figures = ec2.lines()[name].split(",")
        count = int(row["gpu"]) + int(row["amd_gpu"]) + int(row["neuroncore"])
        assert figures[1:5] == [row["arch"], row["cpu_milli"], row["memory_mib"], row["pods"]]
        assert int(figures[6] or 0) == count
        if count and row["gpu_name"]:
            assert (figures[5], figures[7]) == (row["gpu_name"], row["gpu_memory_mib"])


def test_a_line_of_the_catalogue_becomes_an_instance() -> None:
    instance = ec2.find("p5.48xlarge")
    assert instance is not None
    assert (millicores(instance.cpu), whole_mebibytes(instance.memory), instance.pods) == (191450, 1938410, 100)
    assert (instance.accelerator, instance.accelerators, instance.accelerator_memory) == ("h100", 8, "80Gi")


def test_prices_are_rounded_up_to_the_four_decimals_of_plans() -> None:
    assert (ec2.round_price("0.00001"), ec2.round_price("1.23456"), ec2.round_price("0.4032")) == (
        "0.0001",
        "1.2346",
        "0.4032",
    )
    for line in ec2.lines().values():
        usd = line.rpartition(",")[2]
        assert 0 <= Fraction(ec2.round_price(usd)) - Fraction(usd) < Fraction(1, 10_000)


def test_an_unknown_type_is_none() -> None:
    assert ec2.find("m7i.xlage") is None


def cluster(*pools: Pool, **more: object) -> Cluster:
    return Cluster.model_validate(
        {
            "name": "lab",
            "region": "eu-central-1",
            "kubernetes": "1.37",
            "controllers": {"flux": "2.9"},
            "source": Source(url="https://git.example.com/x"),
            "pools": pools,
        }
        | more
    )


def pool(**more: object) -> Pool:
    return Pool.model_validate(
        {"name": "p", "instance": "g6.xlarge", "zones": ["b", "a"], "nodes": Nodes(max=1)} | more
    )


def test_a_machine_is_what_pods_see() -> None:
    one = pool(overhead=Overhead(cpu="100m", memory="1Gi", pods=5), labels={"z": "1"})
    machine = machine_of(cluster(one), one)
    assert (machine.cpu_millicores, machine.memory_mib, machine.pods) == (3820, 13138, 53)
    assert (machine.accelerator, machine.accelerators, machine.accelerator_memory_mib) == ("l4", 1, 22888)
    assert machine.zones == ("eu-central-1a", "eu-central-1b")
    assert machine.labels == {"bayplan.dev/pool": "p", "z": "1"}
    assert machine.e4_usd_per_hour == 8048
    assert machine.taints == (Taint(key="nvidia.com/gpu"),)


def test_taints_that_are_written_replace_the_default() -> None:
    one = pool(taints=())
    assert machine_of(cluster(one), one).taints == ()


def test_a_pool_may_set_its_price_and_a_cluster_its_types() -> None:
    own = Instance(cpu="2", memory="4Gi", usd_per_hour="0.1")
    one = pool(instance="g6.xlarge", usd_per_hour="0.2")
    machine = machine_of(cluster(one, instances={"g6.xlarge": own}), one)
    assert (machine.e4_usd_per_hour, machine.cpu_millicores, machine.resource) == (2000, 2000, "")


def test_a_core_of_aws_has_its_part_of_the_memory_of_a_chip() -> None:
    memory = {
        name: instance.accelerator_memory
        for name in ("inf1.xlarge", "inf2.xlarge", "trn1.32xlarge")
        if (instance := ec2.find(name))
    }
    assert memory == {"inf1.xlarge": "2Gi", "inf2.xlarge": "16Gi", "trn1.32xlarge": "16Gi"}


def test_what_gke_keeps_is_no_room_for_pods() -> None:
    tpu = gke.find("ct5lp-hightpu-4t")
    assert tpu is not None
    # kept of 112 cores: 60m + 10m + 2 x 5m + 108 x 2.5m
    assert millicores(tpu.cpu) == 112_000 - 350
    # kept of 183105 MiB: 1024 + 819.2 + 819.2 + 6881.28 + 1040.66, and 100
    assert whole_mebibytes(tpu.memory) == 183_105 - 10_585 - 100
    assert (tpu.accelerator, tpu.accelerators, tpu.resource) == ("tpu-v5e", 4, "google.com/tpu")


def test_a_pool_of_tpus_says_its_price() -> None:
    tpu = {"name": "tpu", "instance": "ct5lp-hightpu-4t", "zones": ("a",), "nodes": {"max": 1}}
    with pytest.raises(ValueError, match="on-demand pool 'tpu' has no price"):
        cluster(Pool.model_validate(tpu))
    priced = Pool.model_validate(tpu | {"usd_per_hour": "4.8"})
    machine = machine_of(cluster(priced), priced)
    assert machine.taints == (Taint(key="google.com/tpu"),)
    assert machine.labels == {
        "bayplan.dev/pool": "tpu",
        "cloud.google.com/gke-tpu-accelerator": "tpu-v5-lite-podslice",
        "cloud.google.com/gke-tpu-topology": "2x2",
    }
