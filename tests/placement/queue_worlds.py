"""Random queues, and jobs that come to them."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from bayplan.spec.cluster import Cluster
from bayplan.spec.queueing.flavor import CPU, MEMORY
from bayplan.spec.queueing.job import Job, PodSet

GPU = "nvidia.com/gpu"
TEAMS = ("ads", "nlp", "vision")
L4 = {"cpu": "16", "memory": "64Gi", "accelerator": "l4", "accelerators": 1, "usd_per_hour": "1"}
SAID: dict[str, Any] = {
    "name": "lab",
    "region": "eu-central-1",
    "kubernetes": "1.37",
    "controllers": {"flux": "2.9", "kueue": "0.19"},
    "source": {"url": "https://git.example.com/platform.git"},
    "pools": [
        {"name": "general", "instance": {"cpu": "16", "memory": "64Gi", "usd_per_hour": "1"}, "nodes": {"max": 4}},
        {"name": "l4", "instance": L4, "nodes": {"max": 16}},
        {"name": "l4-big", "instance": L4 | {"accelerators": 4}, "nodes": {"max": 4}},
    ],
}
for pool in SAID["pools"]:
    pool["zones"] = ["a", "b"]


STEADY: dict[str, Any] = {
    "l4": {"nodes": {"min": 5, "max": 5}, "network": True},
    "l4-big": {"nodes": {"min": 2, "max": 2}, "network": True},
}
"""The same pools with few nodes, which are always there: Kueue knows how they are connected."""


def steady(queues: dict[str, Any], cohorts: dict[str, Any] | None = None) -> Cluster:
    """The cluster with 5 nodes of one accelerator and 2 of four, over two zones."""
    pools = [{**pool, **STEADY.get(pool["name"], {})} for pool in SAID["pools"]]
    return Cluster.model_validate({**SAID, "pools": pools, "queues": queues, "cohorts": cohorts or {}})


def cluster(queues: dict[str, Any], cohorts: dict[str, Any] | None = None) -> Cluster:
    """A cluster with pools l4 (16 of one accelerator each) and l4-big (4 of four), and these queues."""
    return _cluster(json.dumps([queues, cohorts or {}]))


@lru_cache(maxsize=64)
def _cluster(text: str) -> Cluster:
    queues, cohorts = json.loads(text)
    return Cluster.model_validate({**SAID, "queues": queues, "cohorts": cohorts})


def job(name: str, team: str, *, gpus: int = 1, pods: int = 1, priority: int = 0, flavors: str = "l4") -> Job:
    """A job of pods that are alike, each with `gpus` accelerators, on one or more kinds of nodes."""
    each = {CPU: 100 * gpus, MEMORY: 2**20 * gpus, GPU: gpus}
    podset = PodSet(name="", pods=pods, each=each, flavors=tuple(flavors.split()))
    return Job(name=name, team=team, priority=priority, podsets=(podset,))


AMOUNTS = st.integers(0, 4)


@st.composite
def queues(draw: st.DrawFn, stops: tuple[str, ...] = ("nobody", "borrowers", "lower")) -> dict[str, Any]:
    """What three teams have of both pools."""
    said = {}
    for team in TEAMS:
        own = {"l4": draw(AMOUNTS), "l4-big": draw(AMOUNTS)}
        said[team] = {
            "guaranteed": own,
            "borrow": draw(st.just("any") | st.fixed_dictionaries({"l4": AMOUNTS, "l4-big": AMOUNTS})),
            "lend": draw(st.just("all") | st.fixed_dictionaries({key: st.integers(0, own[key]) for key in own})),
            "stops": draw(st.sampled_from(stops)),
            "order": draw(st.sampled_from(["strict", "best-effort"])),
            "cohort": draw(st.sampled_from(["teams", "teams", "others"])),
        }
    return said


COHORTS = st.sampled_from(
    [{}, {"teams": {"shared": {"l4": 2}}}, {"teams": {"within": "all"}, "others": {"within": "all"}}]
)


@st.composite
def jobs(draw: st.DrawFn) -> tuple[Job, ...]:
    """Up to nine jobs of all teams."""
    return tuple(
        job(
            f"app/j{number}",
            draw(st.sampled_from(TEAMS)),
            gpus=draw(st.sampled_from([1, 1, 2, 4])),
            pods=draw(st.integers(1, 3)),
            priority=draw(st.sampled_from([0, 0, 1000, -1000])),
            flavors=draw(st.sampled_from(["l4", "l4-big", "l4 l4-big"])),
        )
        for number in range(draw(st.integers(1, 9)))
    )
