"""Policies that name nobody, contradict themselves or each other: one clear complaint with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.spec.repository_of_specs import CLUSTER

if TYPE_CHECKING:
    from tests.spec.repository_of_specs import Repository

SHOP = """\
name: shop
team: web
workloads:
  - kind: Service
    name: web
    image: registry.example.com/shop/web:v1
    {said}
  - kind: Service
    name: cache
    image: registry.example.com/shop/cache:v1
    {other}
"""
L4 = "{model: l4, throughput: 10}"


def spoil(repository: Repository, said: str, other: str = "port: 8081") -> list[str]:
    repository.write("apps/shop.yaml", SHOP.replace("{said}", said).replace("{other}", other))
    return repository.complaints()


SPOILED = {
    "gang over zones": ("gang: zone\n    spread: {zones: must}", ":8: a gang cannot be spread over zones"),
    "gang without its zone": ("gang: zone\n    survives: zone", ":8: a gang cannot survive the loss of a zone"),
    "gang in part": ("gang: zone\n    spot: 60%", ":8: a gang cannot run on spot in part"),
    "volume in a zone": (
        "survives: zone\n    storage: {claim: data, zone: a}",
        ":7: who needs a volume of one zone cannot survive",
    ),
    "a volume each, shared": (
        "storage: {size: 1Gi, each: true, shared: true, type: efs}",
        ":7: each replica has its own volume, and all share one",
    ),
    "a volume each, without size": ("storage: {claim: data, each: true}", ":7: each without a size"),
    "volumes in parts": (
        "spot: 60%\n    storage: {size: 1Gi, each: true}",
        ":8: replicas with a volume each cannot be divided by spot",
    ),
    "peers without volumes": ("peer_ports: [6335]", ":7: peer_ports of replicas that do not know each other"),
    "peers on one port": (
        "peer_ports: [8080]\n    storage: {size: 1Gi, each: true}",
        ":7: port 8080 is named twice",
    ),
    "parts that follow one number": (
        "spot: 60%\n    autoscale: {min: 1, max: 4, concurrency: 5}",
        ":7: concurrency cannot be followed by a part of the replicas",
    ),
    "critical": ("priority: critical\n    may_wait: true", ":8: a critical workload cannot wait"),
    "near itself": ("near: [web]", ":7: near: 'web' is the workload itself"),
    "near twice": ("near: [cache, cache]", ":7: near: 'cache' is named twice"),
    "apart itself": ("apart: [web]", ":7: apart: 'web' is the workload itself"),
    "near nobody": ("near: [cash]", ":7: near: no workload is called 'cash' Did you mean \"cache\"?"),
    "apart nobody": ("apart: [cash]", ":7: apart: no workload is called 'cash' Did you mean \"cache\"?"),
    "no name": ("near: [A/b]", ":7: near: 'A/b' names no workload"),
    "spot share": ("spot: 0%", ":7: spot: '0%' is no share from 1% to 100%"),
    "skew": ("spread: {zone_skew: 0}", ":7: zone_skew: 0 is below 1"),
    "load and replicas": (
        f"replicas: 3\n    load: {{min: 1, max: 2, unit: r/s, carried_by: [{L4}]}}",
        ":7: replicas does not go with load",
    ),
    "load backwards": (f"load: {{min: 3, max: 2, unit: r/s, carried_by: [{L4}]}}", ":7: min 3 is above max 2"),
    "no load": (f"load: {{min: 0, max: 2, unit: r/s, carried_by: [{L4}]}}", ":7: a load of 0 leaves nothing"),
    "twice": (f"load: {{min: 1, max: 2, unit: r/s, carried_by: [{L4}, {L4}]}}", ":7: 'l4' is named twice"),
    "nobody": ("load: {min: 1, max: 2, unit: r/s, carried_by: []}", ":7: carried_by: there is none"),
    "carries nothing": (
        "load: {min: 1, max: 2, unit: r/s, carried_by: [{model: l4, throughput: 0}]}",
        ":7: a replica that carries nothing",
    ),
    "too fine": (
        "load: {min: 1, max: 2, unit: r/s, carried_by: [{model: l4, throughput: 1.2345}]}",
        ":7: throughput: 1.2345 is no rate",
    ),
}


@pytest.mark.parametrize(("said", "words"), SPOILED.values(), ids=SPOILED.keys())
def test_a_policy_that_cannot_be_is_one_clear_complaint(repository: Repository, said: str, words: str) -> None:
    (complaint,) = spoil(repository, said)
    assert complaint.startswith(f"apps/shop.yaml{words}")


@pytest.mark.parametrize(
    ("said", "other", "words"),
    [
        ("near: [cache]\n    apart: [cache]", "port: 81", ":7: shop/web must run near shop/cache and apart from it"),
        ("near: [cache]", "apart: [web]", ":7: shop/web must run near shop/cache and apart from it"),
        ("near: [cache]", "near: [web]", ":7: shop/cache is near shop/web, which is near shop/cache: a circle"),
        ("near: [cache]", "spot: 50%", ":7: shop/web must run near shop/cache, but spot divides shop/cache"),
    ],
    ids=["near and apart", "apart from the other side", "circle", "near a divided one"],
)
def test_two_workloads_that_contradict_each_other(repository: Repository, said: str, other: str, words: str) -> None:
    (complaint,) = spoil(repository, said, other)
    assert complaint.startswith(f"apps/shop.yaml{words}")


def test_a_circle_through_several_apps_is_told_once(repository: Repository) -> None:
    for name, near in (("a", "b"), ("b", "c"), ("c", "a")):
        text = SHOP.replace("name: shop", f"name: {name}").replace("{other}", "port: 81")
        repository.write(f"apps/{name}.yaml", text.replace("{said}", f"near: [{near}/web]"))
    (complaint,) = repository.complaints()
    assert "a/web is near b/web, which is near c/web, which is near a/web: a circle" in complaint


@pytest.mark.parametrize(
    ("quota", "words"),
    [
        ("quotas: {wep: {accelerators: 3}}", ":6: no app is of a team called 'wep' Did you mean \"web\"?"),
        ("quotas: {web: {}}", ":6: web: the quota limits nothing"),
        ("quotas: {web: {accelerators: -1}}", ":6: accelerators: -1 is below 0"),
        ('budget: {usd_per_hour: "0.12345"}', ":6: usd_per_hour: '0.12345' is no price per hour"),
        ("budget: {}", ":6: budget: the quota limits nothing"),
    ],
)
def test_a_quota_that_cannot_be_is_one_clear_complaint(repository: Repository, quota: str, words: str) -> None:
    repository.write("clusters/lab/cluster.yaml", CLUSTER.replace("pools:", f"{quota}\npools:"))
    (complaint,) = spoil(repository, "port: 80")
    assert complaint.startswith(f"clusters/lab/cluster.yaml{words}")
