"""What becomes of jobs that wait in queues, as plan and explain tell it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.cli.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = "registry.example.com/eye/train:v1@sha256:1f6bd9b7a6b0a0e9a4a3b5d7d6a1a3f0d9c8b7a6958473625140f0e1d2c3b4a5"
CLUSTER = """\
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {flux: "2.9", kueue: "0.19"}
source: {url: "https://git.example.com/platform.git"}
pools:
  - {name: general, instance: m7i.xlarge, zones: [a], nodes: {min: 1, max: 2}}
  - {name: t4, instance: g4dn.xlarge, zones: [a], nodes: {max: 9}}
  - {name: l4, instance: g6.xlarge, zones: [a], nodes: {max: 5}}
queues: {vision: {guaranteed: {l4: 4}, borrow: {l4: 1}}, nlp: {guaranteed: {l4: 1}}}
"""
APP = f"""\
name: eye
team: vision
workloads:
  - {{kind: BatchJob, name: large, image: {IMAGE}, accelerator: {{count: 1}}, parts: 4}}
  - {{kind: BatchJob, name: small, image: {IMAGE}, accelerator: {{count: 1}}, parts: 2, priority: critical}}
"""


@pytest.fixture(scope="module")
def queued(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Two jobs that do not fit their queue together."""
    repository = Repository(tmp_path_factory.mktemp("queued"))
    repository.write("clusters/lab/cluster.yaml", CLUSTER)
    repository.write("apps/eye.yaml", APP)
    return repository


def test_the_plan_has_room_for_what_queues_let_in_at_once_where_they_have_quota(queued: Repository) -> None:
    """t4 would be cheaper, but the queue has nothing of it; and not all jobs run at the same time."""
    told = json.loads(queued.run("plan", "--json").stdout)["lab"]
    seats = {seat["workload"]: (seat["pool"], seat["pods_max"]) for seat in told["plan"]["seats"]}
    assert seats == {"eye/large": ("l4", 0), "eye/small": ("l4", 2)}
    assert {one["job"]: one["turn"] for one in told["admissions"]["verdicts"]} == {"eye/large": 2, "eye/small": 1}


def test_a_job_that_waits_is_told_for_what(queued: Repository) -> None:
    lines = queued.run("explain", "eye/large").stdout.splitlines()
    assert lines[0].startswith("eye/large on lab: 4 pods, let in by its queue when others have ended, each with 100m")
    said = "eye/large in queue vision of lab: if all jobs come at once, it runs when those have ended on l4"
    assert said in lines
    assert (
        lines[lines.index(said) + 1] == "  because it needs 4 nvidia.com/gpu of l4, of which 3 nvidia.com/gpu is left"
    )


def test_the_table_of_jobs_stands_below_the_plan(queued: Repository) -> None:
    lines = queued.run("plan").stdout.splitlines()
    assert next(line.split() for line in lines if line.startswith("  eye/large")) == ["eye/large", "l4", "later", "4"]
    assert [line.split()[:2] for line in lines if line.startswith("  eye/")][-2:] == [
        ["eye/small", "vision"],
        ["eye/large", "vision"],
    ]


def test_without_queues_nothing_is_said(tmp_path: Path) -> None:
    bare = Repository(tmp_path)
    bare.write("clusters/lab/cluster.yaml", CLUSTER[: CLUSTER.index("queues:")])
    bare.write("apps/eye.yaml", APP)
    assert "admissions" not in json.loads(bare.run("plan", "--json").stdout)["lab"]
