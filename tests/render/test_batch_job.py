"""A program that ends, as Kubernetes runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.render.words import BARE, IMAGE, MESHED, PLACE, kinds, lab, one, render
from tests.schema.judges import conform

from bayplan import Access, App, BatchJob, Service, Storage
from bayplan.render.site import Place, Site
from bayplan.render.workloads.batch_job import BatchJob as Construct
from bayplan.spec.cluster import Queue

if TYPE_CHECKING:
    from pathlib import Path

    import cdk8s
    from syrupy.assertion import SnapshotAssertion

SCORE = BatchJob(name="score", image=IMAGE, parts=4, at_once=2, never_retry=[2, 1], deadline="2h")
NIGHT = BatchJob(
    name="night",
    image=IMAGE,
    schedule="30 2 * * *",
    time_zone="Europe/Berlin",
    overlap="replace",
    late="10m",
    storage=Storage(size="1Gi"),
)


def made(chart: cdk8s.Chart, job: BatchJob, place: Place) -> list[dict[str, Any]]:
    Construct(chart, workload=job, place=place)
    bodies: list[dict[str, Any]] = chart.to_json()
    return bodies


def test_once_in_parts(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    bodies = made(chart, SCORE, PLACE)
    spec = one(bodies, "Job")["spec"]
    assert (spec["completionMode"], spec["backoffLimitPerIndex"], "backoffLimit" in spec) == ("Indexed", 3, False)
    assert not {"suspend", "ttlSecondsAfterFinished"} & spec.keys()
    assert bodies == golden


def test_by_schedule_without_a_mesh(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    bodies = made(chart, NIGHT, Place(site=BARE))
    assert kinds(bodies) == ["CronJob", "NetworkPolicy", "PersistentVolumeClaim", "ServiceAccount"]
    assert "ingress" not in one(bodies, "NetworkPolicy")["spec"] or not one(bodies, "NetworkPolicy")["spec"]["ingress"]
    assert bodies == golden


def test_the_schemas_of_kubernetes_take_them(chart: cdk8s.Chart, tmp_path: Path) -> None:
    bodies = made(chart, SCORE, PLACE) + made(chart, NIGHT, PLACE)
    (tmp_path / "made.yaml").write_text(yaml.safe_dump_all(bodies), encoding="utf-8")
    verdicts = conform([tmp_path / "made.yaml"], kubernetes="1.37")
    assert [one.message for one in verdicts if one.status != "statusValid"] == []


def test_a_lost_machine_does_not_count_as_a_try(chart: cdk8s.Chart) -> None:
    first, second = one(made(chart, SCORE, PLACE), "Job")["spec"]["podFailurePolicy"]["rules"]
    assert (first["action"], first["onPodConditions"][0]["type"]) == ("Ignore", "DisruptionTarget")
    assert (second["action"], second["onExitCodes"]["values"]) == ("FailIndex", [1, 2])


def test_a_proxy_of_the_mesh_ends_with_the_program(chart: cdk8s.Chart) -> None:
    template = one(made(chart, SCORE, Place(site=MESHED)), "Job")["spec"]["template"]
    assert template["metadata"]["annotations"]["sidecar.istio.io/nativeSidecar"] == "true"


@pytest.mark.parametrize("job", [SCORE, NIGHT])
def test_each_run_waits_in_the_queue_of_its_team(chart: cdk8s.Chart, job: BatchJob) -> None:
    body = made(chart, job, Place(site=Site(app="shop", team="web", queue="web")))[1]
    run = body["spec"]["jobTemplate"] if job.schedule else body
    assert run["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "web"


def test_without_room_it_is_not_made(chart: cdk8s.Chart) -> None:
    assert "Job" not in kinds(made(chart, SCORE, Place(site=BARE, waits=True)))


def test_its_place_and_its_deadline_change_no_name(chart: cdk8s.Chart) -> None:
    names = {
        one(made(chart, job, place), "Job")["metadata"]["name"]
        for job, place in (
            (SCORE, PLACE),
            (SCORE.model_copy(update={"deadline": "3h", "priority": "low"}), Place(site=BARE)),
        )
        if not chart.node.try_remove_child("score")
    }
    assert len(names) == 1


def test_flux_waits_for_all_but_what_ends() -> None:
    job = BatchJob(name="load", image=IMAGE)
    api = Service(name="api", image=IMAGE, access=Access(callers=["load"]))
    app = App(name="shop", team="web", workloads=[job, api])
    bodies = render(app, cluster=lab(controllers={"flux": "2.9"}))
    spec = one(bodies["lab/flux"], "Kustomization", "apps-shop")["spec"]
    assert spec["wait"] is False
    assert [check["kind"] for check in spec["healthChecks"]] == ["Deployment", "PodDisruptionBudget", "Service"]
    out = one(bodies["lab/apps/shop"], "NetworkPolicy", "load")["spec"]["egress"][-1]
    assert out["to"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "api"}}}]
    assert one(render(App(name="shop", team="web", workloads=[api]))["lab/flux"], "Kustomization", "apps-shop")["spec"][
        "wait"
    ]


def test_a_team_with_a_queue_has_it_on_its_jobs() -> None:
    app = App(name="shop", team="web", workloads=[BatchJob(name="load", image=IMAGE)])
    cluster = lab(controllers={"flux": "2.9", "kueue": "0.19"}, queues={"web": Queue(guaranteed={"cpu": 4})})
    job = one(render(app, cluster=cluster)["lab/apps/shop"], "Job")
    assert job["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "web"
