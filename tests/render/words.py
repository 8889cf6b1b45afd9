"""A small platform, said in code, and what is built of it."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bayplan.placement.plan import Plan, Seat
from bayplan.render.api_object import synthesise
from bayplan.render.site import Berth, Peer, Place, Site
from bayplan.render.tree import build
from bayplan.spec.cluster import Cluster, Mesh, Nodes, Pool, Source, Taint
from bayplan.spec.platform import Platform
from bayplan.spec.word import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.render.api_object import Body
    from bayplan.spec.app import App

SomeWord = TypeVar("SomeWord", bound=Word)

IMAGE = "registry.example.com/team/program:v1@sha256:" + "1f" * 32
MESHED = Site(app="shop", team="web", mesh=Mesh())
BARE = Site(app="shop", team="web")
DISK: dict[str, Any] = {"ephemeral": "50Gi", "others": {"example.com/fpga": 8}}
PLACE = Place(
    site=MESHED,
    berth=Berth(
        pools=("general", "gpu"),
        architectures=("amd64",),
        taints=(Taint(key="nvidia.com/gpu"), Taint(key="team", value="web", effect="NoExecute")),
    ),
    callers=(Peer(app="bot", name="talk", port=9000), Peer(app="shop", name="front", port=8080)),
    callees=(Peer(app="pay", name="till", port=7000),),
)


def lab(**said: object) -> Cluster:
    """A cluster with two general pools and one with accelerators; every word of it has its line."""
    words: dict[str, object] = {
        "name": "lab",
        "region": "eu-central-1",
        "kubernetes": "1.37",
        "controllers": {"flux": "2.9", "istio": "1.31"},
        "source": Source(url="https://git.example.com/platform/fleet"),
        "pools": (
            Pool(name="arm", instance="m7g.2xlarge", zones=("a", "b"), nodes=Nodes(max=9), **DISK),
            Pool(name="general", instance="m7i.2xlarge", zones=("a", "b", "c"), nodes=Nodes(min=3, max=9), **DISK),
            Pool(name="gpu", instance="g6.12xlarge", zones=("a", "b"), nodes=Nodes(max=4), **DISK),
        ),
    }
    cluster = Cluster.model_validate(words | said)
    return sign(cluster, "clusters/lab/cluster.yaml")


def sign(word: SomeWord, file: str) -> SomeWord:
    """A copy in which every word has its line; the defaults in the word itself are shared with all other words."""
    signed = word.model_copy(deep=True)
    for line, part in zip(count(1), _words(signed), strict=False):
        part.write_origin(f"{file}#L{line}")
    return signed


def _words(value: object) -> Iterator[Word]:
    if isinstance(value, Word):
        yield value
        for name in type(value).model_fields:
            yield from _words(getattr(value, name))
    elif isinstance(value, tuple):
        for part in value:
            yield from _words(part)


def plan(apps: Iterable[App]) -> Plan:
    """Accelerators go to the pool gpu, everything else to arm and general."""
    seats = [
        Seat(workload=f"{app.name}/{workload.name}", pool=pool, pods_min=1, pods_max=1)
        for app in apps
        for workload in app.workloads
        for pool in (("gpu",) if workload.accelerator else ("arm", "general"))
    ]
    return Plan(
        cluster="lab",
        seats=tuple(sorted(seats)),
        bays=(),
        cost_min_e4_usd_per_hour=0,
        cost_max_e4_usd_per_hour=0,
        bound_min_e4_usd_per_hour=0,
    )


def render(*apps: App, cluster: Cluster | None = None) -> Mapping[str, list[Body]]:
    """What is built for some apps on one cluster, by folder."""
    cluster = cluster or lab()
    signed = tuple(sign(app, f"apps/{app.name}.py") for app in apps)
    platform = Platform(root=Path(), apps=signed, clusters=(cluster,))
    return synthesise(build(platform, {cluster.name: plan(apps)}))


def one(bodies: Iterable[Body], kind: str, name: str | None = None) -> Any:
    """The only object of a kind (and name)."""
    found = [body for body in bodies if body["kind"] == kind and name in {None, body["metadata"]["name"]}]
    assert len(found) == 1, f"{len(found)} objects are {kind} {name or ''}"
    return found[0]


def kinds(bodies: Iterable[Body]) -> list[str]:
    """The kinds of some objects, sorted."""
    return sorted(body["kind"] for body in bodies)
