"""`bayplan nodes`: what has to be made, from the committed plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema_rs

from bayplan.report.nodes_schema import KIND, schema

if TYPE_CHECKING:
    from tests.cli.repository import Repository

SCHEMA = Path(__file__).resolve().parents[2] / "schemas/bayplan/nodes.json"
CLUSTER = "clusters/east/cluster.yaml"
GENERAL = "nodes: {min: 2, max: 6}}"
CUT = (
    "\n  - {name: a100, instance: p4d.24xlarge, zones: [b], nodes: {max: 3}, mig: {1g.5gb: 7}, provisioner: terraform}"
    "\n  - {name: l4, instance: g6.xlarge, zones: [a], nodes: {max: 3}, ephemeral: 100Gi, sharing: {replicas: 4}}"
)


def test_a_table_says_how_many_and_what_each_must_carry(repository: Repository) -> None:
    repository.change(CLUSTER, GENERAL, GENERAL + CUT)
    assert repository.run("plan").returncode == 0
    told = repository.run("nodes")
    assert told.returncode == 0, told.stderr
    rows = [" ".join(line.split()) for line in told.stdout.splitlines()]
    assert "general - m7i.xlarge a, b on-demand 2 2 6" in rows
    assert "a100 terraform p4d.24xlarge b on-demand 0 0 3" in rows
    (row,) = (row for row in rows if row.startswith("l4 label"))
    assert "label nvidia.com/device-plugin.config=turns-4; taint nvidia.com/gpu:NoSchedule; " in row
    assert "1 x l4, shared by 4; room for" in " ".join(rows)
    assert "a disk of 114 GiB" in " ".join(rows)


def test_terraform_reads_the_same_as_data(repository: Repository) -> None:
    repository.change(CLUSTER, GENERAL, GENERAL + CUT)
    repository.run("plan")
    told = repository.run("nodes", "east", "--json")
    pools = json.loads(told.stdout)["east"]["pools"]
    assert list(pools) == ["general", "a100", "l4"]
    assert pools["general"]["nodes"] == {"min": 2, "max": 6, "planned_min": 2, "planned_max": 2}
    cut = pools["a100"]
    assert cut["provisioner"] == "terraform"
    assert cut["zones"] == ["us-east-1b"]
    assert cut["labels"] == {"bayplan.dev/pool": "a100", "nvidia.com/mig.config": "all-1g.5gb"}
    assert cut["taints"] == [{"key": "nvidia.com/gpu", "value": "", "effect": "NoSchedule"}]
    assert cut["devices"] == {"nvidia.com/mig-1g.5gb": 56}
    assert cut["accelerators"] | {"memory_mib": 0} == {
        "model": "a100", "count": 8, "memory_mib": 0, "layout": "all-1g.5gb", "shares": 1,
    }  # fmt: skip


def test_the_data_keep_to_the_schema_that_is_committed(repository: Repository) -> None:
    text = SCHEMA.read_text()
    assert text == schema(), "run: bayplan schema"
    repository.change(CLUSTER, GENERAL, GENERAL + CUT)
    repository.run("plan")
    told = json.loads(repository.run("nodes", "--json").stdout)
    jsonschema_rs.validator_for(json.loads(text)).validate(told)
    assert all(pool.keys() == KIND.keys() for pool in told["east"]["pools"].values())


def test_a_stale_plan_is_refused(repository: Repository) -> None:
    repository.change("apps/bot.yaml", "replicas: 2", "replicas: 3")
    told = repository.run("nodes")
    assert told.returncode == 2
    assert "plan.lock" in told.stderr
    assert told.stdout == ""


def test_a_cluster_that_is_not_there_is_named(repository: Repository) -> None:
    told = repository.run("nodes", "eats")
    assert told.returncode == 2
    assert "there is no cluster 'eats'" in told.stderr
    assert "Did you mean east?" in told.stderr
