"""What Kubernetes and the mesh have to enforce of a plan: zones, neighbours, priorities, parts, quotas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.render.words import IMAGE, MESHED, PLACE, kinds, lab, one, render

from bayplan import Accelerator, App, Autoscale, Carrier, Expose, Load, ModelServer, Service, Spread
from bayplan.placement.pose import pose
from bayplan.placement.solve import solve
from bayplan.render.api_object import synthesise
from bayplan.render.site import Berth, Place, Share
from bayplan.render.tree import build
from bayplan.render.weights import hundredths
from bayplan.render.workloads.model_server import ModelServer as ModelServerConstruct
from bayplan.render.workloads.service import Service as ServiceConstruct
from bayplan.spec.cluster import Nodes, Pool
from bayplan.spec.platform import Platform
from bayplan.spec.quota import Quota

if TYPE_CHECKING:
    from collections.abc import Mapping

    import cdk8s
    from syrupy.assertion import SnapshotAssertion

LOAD = Load(
    min="20",
    max="90",
    unit="tokens/s",
    carried_by=(Carrier(model="l4", throughput="10"), Carrier(model="a100", count=8, throughput="40")),
)
SHARES = (
    Share(
        part="a100x8",
        replicas_min=1,
        replicas_max=1,
        berth=Berth(pools=("a100",)),
        accelerator=Accelerator(model="a100", count=8),
        weight=45,
    ),
    Share(
        part="l4",
        replicas_min=1,
        replicas_max=5,
        berth=Berth(pools=("l4",)),
        accelerator=Accelerator(model="l4"),
        weight=55,
    ),
)


def test_a_load_in_parts(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    server = ModelServer(name="llm", image=IMAGE, load=LOAD, expose=Expose(host="llm.example.com"))
    ModelServerConstruct(chart, workload=server, place=replace(PLACE, shares=SHARES))
    made = chart.to_json()
    assert {body["metadata"]["name"] for body in made if body["kind"] == "Deployment"} == {"llm-a100x8", "llm-l4"}
    fixed, scaled = one(made, "Deployment", "llm-a100x8")["spec"], one(made, "Deployment", "llm-l4")["spec"]
    assert fixed["replicas"] == 1
    assert "replicas" not in scaled
    assert one(made, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"] == "llm-l4"
    assert one(made, "Service")["spec"]["selector"] == {"app.kubernetes.io/name": "llm"}
    subsets = one(made, "DestinationRule")["spec"]["subsets"]
    inside = one(made, "VirtualService", "llm.parts")["spec"]["http"]
    assert [subset["name"] for subset in subsets] == ["a100x8", "l4"]
    assert [[way["weight"] for way in each["route"]] for each in inside] == [[45, 55], [45, 55]]
    assert made == golden


def test_parts_that_are_alike_share_one_address_without_weights(chart: cdk8s.Chart) -> None:
    shares = tuple(
        Share(part=part, replicas_min=2, replicas_max=high, berth=Berth(pools=(part,)))
        for part, high in (("firm", 4), ("spot", 6))
    )
    web = Service(name="web", image=IMAGE, autoscale=Autoscale(min=4, max=10, cpu="60%"), spot="60%")
    ServiceConstruct(chart, workload=web, place=Place(site=MESHED, shares=shares))
    made = chart.to_json()
    scaled = {body["metadata"]["name"]: body["spec"] for body in made if body["kind"] == "HorizontalPodAutoscaler"}
    assert {name: (spec["minReplicas"], spec["maxReplicas"]) for name, spec in scaled.items()} == {
        "web-firm": (2, 4),
        "web-spot": (2, 6),
    }
    assert "subsets" not in one(made, "DestinationRule")["spec"]
    assert "VirtualService" not in kinds(made)
    for name, part in (("web-firm", "firm"), ("web-spot", "spot")):
        spec = one(made, "Deployment", name)["spec"]
        assert spec["selector"]["matchLabels"] == {"app.kubernetes.io/name": "web", "bayplan.dev/part": part}
        assert spec["template"]["metadata"]["labels"]["bayplan.dev/part"] == part
        (container,) = spec["template"]["spec"]["containers"]
        assert container["name"] == scaled[name]["metrics"][0]["containerResource"]["container"] == "web"


def test_who_waits_has_no_replicas_and_no_autoscaler(chart: cdk8s.Chart) -> None:
    idle = Service(name="idle", image=IMAGE, priority="spare", autoscale=Autoscale(min=2, max=5))
    ServiceConstruct(chart, workload=idle, place=Place(site=MESHED, waits=True))
    made = chart.to_json()
    assert one(made, "Deployment")["spec"]["replicas"] == 0
    assert "HorizontalPodAutoscaler" not in kinds(made)


def pod_of(chart: cdk8s.Chart, place: Place | None = None, **said: Any) -> dict[str, Any]:
    ServiceConstruct(chart, workload=Service(name="web", image=IMAGE, **said), place=place or Place(site=MESHED))
    spec: dict[str, Any] = one(chart.to_json(), "Deployment")["spec"]["template"]["spec"]
    return spec


def test_who_is_apart_excludes_pods_also_of_other_namespaces(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    pod = pod_of(chart, replace(PLACE, berth=Berth(pools=("general",))), apart=("cache", "bot/noisy"))
    terms = pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert [term["labelSelector"]["matchLabels"]["app.kubernetes.io/name"] for term in terms] == ["noisy", "cache"]
    assert [term.get("namespaceSelector") for term in terms] == [
        {"matchLabels": {"kubernetes.io/metadata.name": "bot"}},
        None,
    ]
    assert [one(chart.to_json(), "Deployment")] == golden


def test_a_gang_is_bound_to_its_zone_and_spread_over_none(chart: cdk8s.Chart) -> None:
    pod = pod_of(chart, Place(site=MESHED, berth=Berth(pools=("a100",), zones=("eu-central-1b",))), gang="zone")
    (term,) = pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    zone = next(one for one in term["matchExpressions"] if one["key"] == "topology.kubernetes.io/zone")
    assert zone["values"] == ["eu-central-1b"]
    assert [each["topologyKey"] for each in pod["topologySpreadConstraints"]] == ["kubernetes.io/hostname"]


def test_the_skew_of_zones_is_not_that_of_hosts(chart: cdk8s.Chart) -> None:
    pod = pod_of(chart, spread=Spread(zones="must", zone_skew=3))
    assert [each["maxSkew"] for each in pod["topologySpreadConstraints"]] == [3, 1]


@pytest.mark.parametrize(
    ("priority", "name"), [("critical", "bayplan-critical"), ("normal", None), ("low", "bayplan-low")]
)
def test_a_priority_is_named(chart: cdk8s.Chart, priority: str, name: str | None) -> None:
    assert pod_of(chart, priority=priority).get("priorityClassName") == name


def test_only_priorities_that_somebody_has_are_made(golden: SnapshotAssertion) -> None:
    apps = App(
        name="shop",
        team="web",
        workloads=(
            Service(name="till", image=IMAGE, priority="critical"),
            Service(name="idle", image=IMAGE, priority="spare", may_wait=False),
            Service(name="web", image=IMAGE),
        ),
    )
    made = [body for body in render(apps)["lab/platform"] if body["kind"] == "PriorityClass"]
    assert [body["metadata"]["name"] for body in made] == ["bayplan-critical", "bayplan-spare"]
    assert made[0]["value"] > 0 > made[1]["value"]
    assert made == golden


def app(name: str, *counts: int, team: str = "ml") -> App:
    servers = [
        ModelServer(name=f"m{number}", image=IMAGE, accelerator=Accelerator(model="l4", count=count), replicas=2)
        for number, count in enumerate(counts)
    ]
    return App(name=name, team=team, workloads=tuple(servers))


def test_the_only_namespace_of_a_team_has_all_of_its_quota(golden: SnapshotAssertion) -> None:
    cluster = lab(quotas={"ml": Quota(accelerators=9)})
    made = render(app("shop", 1), app("bot", 1, team="web"), cluster=cluster)["lab/platform"]
    quota = one(made, "ResourceQuota")
    assert (quota["metadata"]["namespace"], quota["spec"]["hard"]) == ("shop", {"requests.nvidia.com/gpu": "9"})
    assert [quota] == golden


def test_namespaces_of_one_team_get_what_was_planned_for_each() -> None:
    cluster = lab(quotas={"ml": Quota(accelerators=30, usd_per_hour="100")})
    made = render(app("shop", 1, 4), app("bot", 2), cluster=cluster)["lab/platform"]
    hard = {body["metadata"]["namespace"]: body["spec"]["hard"] for body in made if body["kind"] == "ResourceQuota"}
    # two replicas and one of a rollout, of each
    assert hard == {"shop": {"requests.nvidia.com/gpu": "15"}, "bot": {"requests.nvidia.com/gpu": "6"}}


def test_a_quota_of_money_alone_is_the_plans_business() -> None:
    made = render(app("shop", 1), cluster=lab(quotas={"ml": Quota(usd_per_hour="9")}))["lab/platform"]
    assert "ResourceQuota" not in kinds(made)


@pytest.mark.parametrize(
    ("amounts", "shares"),
    [
        ({"a": 40, "b": 50}, {"a": 44, "b": 56}),
        ({"a": 1, "b": 1, "c": 1}, {"a": 34, "b": 33, "c": 33}),
        ({"a": 1, "b": 10_000}, {"a": 1, "b": 99}),
        ({"a": 7}, {"a": 100}),
        ({}, {}),
    ],
)
def test_shares_of_a_hundred(amounts: Mapping[str, int], shares: Mapping[str, int]) -> None:
    assert hundredths(amounts) == shares


def test_what_was_planned_is_what_is_rendered() -> None:
    """From the words through the solver: a load on two kinds of accelerators, neither of which has room for all."""
    cluster = lab(
        pools=(
            Pool(name="general", instance="m7i.2xlarge", zones=("a", "b"), nodes=Nodes(max=9)),
            Pool(name="l4", instance="g6.2xlarge", zones=("a", "b"), nodes=Nodes(max=6)),
            Pool(name="a100", instance="p4d.24xlarge", zones=("a", "b"), nodes=Nodes(max=2)),
        )
    )
    shop = App(name="shop", team="ml", workloads=(ModelServer(name="llm", image=IMAGE, load=LOAD),))
    platform = Platform(root=Path(), apps=(shop,), clusters=(cluster,))
    plan = solve(pose(platform, cluster))
    made = synthesise(build(platform, {"lab": plan}))["lab/apps/shop"]
    seats = {seat.workload.rpartition("@")[2]: seat for seat in plan.seats}
    assert set(seats) == {"l4", "a100x8"}
    for part, seat in seats.items():
        spec = one(made, "Deployment", f"llm-{part}")["spec"]
        scaled = [
            (body["spec"]["minReplicas"], body["spec"]["maxReplicas"])
            for body in made
            if body["kind"] == "HorizontalPodAutoscaler" and body["metadata"]["name"] == f"llm-{part}"
        ]
        assert (scaled or [(spec["replicas"], spec["replicas"])]) == [(seat.pods_min, seat.pods_max)]
