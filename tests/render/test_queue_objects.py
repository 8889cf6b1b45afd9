"""Queues as Kueue's objects: what a person reads, what its webhooks ask for, and how jobs get to known topologies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from pydantic import ValidationError
from tests.placement.queue_worlds import COHORTS, SAID, cluster, queues
from tests.render.words import BARE, IMAGE, lab, one, render
from tests.schema.judges import conform

from bayplan import App, BatchJob
from bayplan.render.platform.queues import objects
from bayplan.render.pod import pod_metadata
from bayplan.render.site import Berth, Place
from bayplan.spec.amount import parse
from bayplan.spec.cluster import Cluster
from bayplan.spec.queueing.flavor import HOST, ZONE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

Body = dict[str, Any]
JOB = BatchJob(name="train", image=IMAGE, resources={"cpu": "1", "others": {"example.com/fpga": 1}})  # type: ignore[arg-type]
APPS = (App(name="eye", team="vision", workloads=[JOB]), App(name="hand", team="vision", workloads=[JOB]))
TEAMS: Body = {
    "vision": {"guaranteed": {"l4": 4, "cpu": 8}, "maximum": {"l4": 6}, "stops": "lower", "order": "strict"},
    "nlp": {"guaranteed": {"l4": 4}, "lend": {"l4": 2}, "weight": 2, "stops": "nobody"},
}


def fleet(**said: object) -> Cluster:
    words = {**SAID, "queues": TEAMS, "cohorts": {"teams": {"shared": {"l4-big": 4}, "within": "all"}}}
    pools = [dict(pool) for pool in SAID["pools"]]
    pools[2] |= {"network": True, "nodes": {"min": 4, "max": 4}, "topology": ["example.com/rack"]}
    pools[2] |= {"taints": [{"key": "team", "value": "vision"}, {"key": "soft", "effect": "PreferNoSchedule"}]}
    return Cluster.model_validate({**words, "pools": pools, **said})


def test_queues_of_two_teams(golden: SnapshotAssertion) -> None:
    assert said(list(objects(fleet(), APPS))) == golden


def test_the_schemas_and_rules_of_kueue_take_them(tmp_path: Path) -> None:
    (tmp_path / "made.yaml").write_text(yaml.safe_dump_all(said(objects(fleet(), APPS))), encoding="utf-8")
    verdicts = conform([tmp_path / "made.yaml"], kubernetes="1.37")
    assert [one.message for one in verdicts if one.status != "statusValid"] == []


def said(value: Any) -> Any:
    """Without what is None, as it is written."""
    if isinstance(value, dict):
        return {key: said(part) for key, part in value.items() if part is not None}
    return [said(part) for part in value] if not isinstance(value, (str, int)) else value


@settings(max_examples=20, deadline=None)
@given(queues(), COHORTS)
def test_what_kueue_would_refuse_is_never_made(teams: Body, cohorts: Body) -> None:
    try:
        here = cluster(teams, cohorts)
    except ValidationError:
        return
    for body in said(objects(here, APPS)):
        spec = body.get("spec", {})
        for group in spec.get("resourceGroups", ()):
            flavors = group["flavors"]
            assert 0 < len({flavor["name"] for flavor in flavors}) == len(flavors) <= 64
            for flavor in flavors:
                assert [quota["name"] for quota in flavor["resources"]] == group["coveredResources"]
                for quota in flavor["resources"]:
                    assert "cohortName" in spec or not {"borrowingLimit", "lendingLimit"} & quota.keys()
                    assert parse(quota.get("lendingLimit", "0")) <= parse(quota["nominalQuota"])
        if body["kind"] == "ResourceFlavor":
            assert 1 <= len(spec["nodeLabels"]) <= 8


def test_a_queue_covers_what_its_jobs_ask_for() -> None:
    made = {body["metadata"]["name"]: body for body in objects(fleet(), APPS) if body["kind"] == "ClusterQueue"}
    covered = {name: body["spec"]["resourceGroups"][0]["coveredResources"] for name, body in made.items()}
    assert covered["vision"] == ["cpu", "example.com/fpga", "memory", "nvidia.com/gpu"]
    assert covered["nlp"] == ["cpu", "memory", "nvidia.com/gpu"]


def platform(**said: object) -> Mapping[str, list[Body]]:
    job = App(name="eye", team="vision", workloads=[BatchJob(name="train", image=IMAGE)])
    return render(job, cluster=lab(controllers={"flux": "2.9", "kueue": "0.19"}, **said))


def test_nothing_is_made_without_queues() -> None:
    assert {body["apiVersion"] for body in platform()["lab/platform"]} == {"v1", "networking.k8s.io/v1"}


def test_all_apps_of_a_team_may_wait_in_its_queue() -> None:
    jobs = [App(name=name, team="vision", workloads=[JOB]) for name in ("ear", "eye", "hand", "nose")]
    cluster = lab(controllers={"flux": "2.9", "kueue": "0.19"}, queues={"vision": {"guaranteed": {"cpu": 64}}})
    made = render(*jobs, cluster=cluster)["lab/platform"]
    there = [body["metadata"] for body in made if body["kind"] == "LocalQueue"]
    assert [(one["name"], one["namespace"]) for one in there] == [("vision", one.name) for one in jobs]


def test_flux_waits_for_queues_to_be_active() -> None:
    made = platform(queues={"vision": {"guaranteed": {"cpu": 4}}})
    checks = one(made["lab/flux"], "Kustomization", "platform")["spec"]["healthCheckExprs"]
    assert [check["kind"] for check in checks] == ["ClusterQueue", "LocalQueue"]


@pytest.mark.parametrize(
    ("levels", "queue", "marked"), [((ZONE, HOST), "vision", True), ((ZONE, HOST), "", False), ((), "vision", False)]
)
def test_a_job_may_go_where_its_queue_knows_the_topology(levels: tuple[str, ...], queue: str, *, marked: bool) -> None:
    """Kueue admits pods that say nothing about topology only to flavors that have none."""
    place = Place(site=replace(BARE, queue=queue), berth=Berth(pools=("l4",), levels=levels))
    notes = pod_metadata(JOB, place).get("annotations", {})
    assert notes == ({"kueue.x-k8s.io/podset-unconstrained-topology": "true"} if marked else {})
