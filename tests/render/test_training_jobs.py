"""Training jobs as Kubeflow Trainer and JobSet run them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cdk8s
import pytest
import yaml
from tests.render.training_pods import pods_of
from tests.render.words import BARE, IMAGE, MESHED, PLACE, kinds, one
from tests.schema.judges import conform

from bayplan import Accelerator, Checkpoints, Resources, Role, TrainingJob
from bayplan.render.api_object import written
from bayplan.render.site import Berth, Peer, Place, Share
from bayplan.render.training.run import runtime_of
from bayplan.render.workloads.training_job import TrainingJob as Construct

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

BY_TRAINER = replace(
    PLACE, site=replace(MESHED, trainer=True, queue="web"), callees=(Peer(app="pay", name="till", port=7),)
)
GPUS: dict[str, Any] = {"accelerator": Accelerator(model="l4", count=4), "resources": Resources(cpu="8", memory="64Gi")}
TORCH = TrainingJob(
    name="torch",
    image=IMAGE,
    command=["torchrun", "train.py"],
    env={"LR": "0.1", "USER": "me"},
    checkpoints=Checkpoints(size="100Gi", type="efs", shared=True, save_time="90s"),
    batch_size=256,
    deadline="2d",
    gang="network",
    **GPUS,
)
ELASTIC = TrainingJob(
    name="elastic", image=IMAGE, workers=4, workers_min=2, retries=2, checkpoints=Checkpoints(url="s3://a/b")
)
JAX = TrainingJob(name="jax", image=IMAGE, framework="jax", **GPUS)
MPI = TrainingJob(name="mpi", image=IMAGE, framework="mpi", workers=3, args=["mpirun", "train"], **GPUS)
SERVERS = TrainingJob(
    name="servers",
    image=IMAGE,
    framework="tensorflow",
    workers=3,
    parameter_servers=Role(count=2, resources=Resources(cpu="4", memory="16Gi")),
    evaluator=Role(),
    checkpoints=Checkpoints(claim="kept", folder="main"),
    **GPUS,
)
STEPS = TrainingJob(name="steps", image=IMAGE, framework="tensorflow")
ALL = (TORCH, ELASTIC, JAX, MPI, SERVERS, STEPS)


def made(chart: cdk8s.Chart, job: TrainingJob, place: Place) -> list[dict[str, Any]]:
    Construct(chart, workload=job, place=place)
    runtime = runtime_of(job, place)
    bodies: list[dict[str, Any]] = chart.to_json()
    return [*bodies, *([written(runtime)] if runtime else [])]


def jobs_of(bodies: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The specs of the Jobs of a JobSet, by role."""
    return {role["name"]: role["template"]["spec"] for role in one(bodies, "JobSet")["spec"]["replicatedJobs"]}


def test_pytorch_by_trainer(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    bodies = made(chart, TORCH, BY_TRAINER)
    job, runtime = one(bodies, "TrainJob"), one(bodies, "TrainingRuntime")
    assert job["metadata"]["name"] == runtime["metadata"]["name"] == job["spec"]["runtimeRef"]["name"]
    assert job["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "web"
    assert "kueue.x-k8s.io/queue-name" not in runtime["metadata"]["labels"]
    assert bodies == golden


def test_parameter_servers_by_job_set(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    shares = (
        Share(part="ps", replicas_min=0, replicas_max=2, berth=Berth(pools=("general",))),
        Share(
            part="worker", replicas_min=0, replicas_max=3, berth=Berth(pools=("gpu",), resource="nvidia.com/gpu.shared")
        ),
    )
    bodies = made(chart, SERVERS, replace(BY_TRAINER, shares=shares))
    assert one(bodies, "JobSet")["spec"]["successPolicy"]["targetReplicatedJobs"] == ["chief"]
    assert bodies == golden


def test_elastic_workers_are_replaced_one_by_one(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    bodies = made(chart, ELASTIC, replace(BY_TRAINER, site=replace(BARE, trainer=True)))
    assert bodies == golden


def test_mpi_by_trainer(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    bodies = made(chart, MPI, BY_TRAINER)
    counts = {pod.role: pod.spec["securityContext"]["runAsUser"] for pod in pods_of(bodies, "mpi")}
    assert (len(pods_of(bodies, "mpi")), counts) == (3, {"node": 1000, "launcher": 1000})
    assert [one(bodies, "TrainJob"), one(bodies, "TrainingRuntime")] == golden


def test_all_train_in_step_and_all_end(chart: cdk8s.Chart) -> None:
    bodies = made(chart, STEPS, PLACE)
    spec = one(bodies, "JobSet")["spec"]
    assert spec["successPolicy"] == {"operator": "All"}
    assert jobs_of(bodies)["worker"]["podFailurePolicy"]["rules"][0]["action"] == "FailJob"


def test_who_loses_a_machine_starts_all_again_without_counting(chart: cdk8s.Chart) -> None:
    bodies = made(chart, JAX, PLACE)
    (rule,) = one(bodies, "JobSet")["spec"]["failurePolicy"]["rules"]
    assert (rule["action"], rule["onJobFailureReasons"]) == ("RestartJobSetAndIgnoreMaxRestarts", ["PodFailurePolicy"])
    assert one(bodies, "JobSet")["spec"]["failurePolicy"]["maxRestarts"] == 0


CASES = [
    pytest.param(job, place, id=f"{job.name}-{where}")
    for job in ALL
    for where, place in {"mesh": PLACE, "trainer": BY_TRAINER, "bare": Place(site=BARE)}.items()
    if job is not MPI or place.site.trainer  # mpirun needs Trainer: refused when files are read
]


@pytest.mark.parametrize(("job", "place"), CASES)
def test_nothing_that_flux_would_undo_iswritten(chart: cdk8s.Chart, job: TrainingJob, place: Place) -> None:
    bodies = made(chart, job, place)
    for body in bodies:
        if body["kind"] in ("JobSet", "TrainJob", "TrainingRuntime"):
            marks = body["metadata"]["annotations"]
            assert {marks[f"kustomize.toolkit.fluxcd.io/{key}"] for key in ("prune", "ssa")} == {
                "disabled",
                "IfNotPresent",
            }
    text = str(bodies)
    assert not [word for word in ("'suspend'", "ttlSecondsAfterFinished", "${") if word in text]
    assert all(pod.spec["restartPolicy"] == "Never" for pod in pods_of(bodies, job.name))


def test_the_mesh_stays_out_and_policies_let_its_own_pods_talk(chart: cdk8s.Chart) -> None:
    bodies = made(chart, TORCH, BY_TRAINER)
    assert not {"PeerAuthentication", "AuthorizationPolicy"} & set(kinds(bodies))
    (pod, *_) = [
        role["template"]["spec"]["template"]
        for role in one(bodies, "TrainingRuntime")["spec"]["template"]["spec"]["replicatedJobs"]
    ]
    assert pod["metadata"]["labels"]["sidecar.istio.io/inject"] == "false"
    together = one(bodies, "NetworkPolicy", "torch.together")["spec"]
    own = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "torch"}}}
    assert (together["ingress"], together["egress"]) == ([{"from": [own]}], [{"to": [own]}])
    assert {"port": 7, "protocol": "TCP"} in [
        port for rule in one(bodies, "NetworkPolicy", "torch")["spec"]["egress"] for port in rule["ports"]
    ]


@pytest.mark.parametrize(
    ("job", "size"),
    [(TORCH, "32768Mi"), (STEPS, "64Mi"), (STEPS.model_copy(update={"shared_memory": "100Mi"}), "100Mi")],
)
def test_shared_memory_is_a_part_of_the_memory(chart: cdk8s.Chart, job: TrainingJob, size: str) -> None:
    volumes = pods_of(made(chart, job, PLACE), job.name)[0].spec["volumes"]
    assert [volume["emptyDir"]["sizeLimit"] for volume in volumes if volume["name"] == "shm"] == [size]


@pytest.mark.parametrize(
    ("job", "levels", "annotation"),
    [
        (TORCH, ("zone", "rack", "host"), {"kueue.x-k8s.io/podset-preferred-topology": "rack"}),
        (TORCH, ("zone", "host"), {"kueue.x-k8s.io/podset-required-topology": "zone"}),
        (TORCH, (), {}),
        (JAX, ("zone", "host"), {"kueue.x-k8s.io/podset-unconstrained-topology": "true"}),
    ],
)
def test_a_queue_that_knows_the_network_keeps_a_gang_close(
    chart: cdk8s.Chart, job: TrainingJob, levels: tuple[str, ...], annotation: dict[str, str]
) -> None:
    bodies = made(chart, job, replace(BY_TRAINER, berth=replace(PLACE.berth, levels=levels)))
    (role,) = one(bodies, "TrainingRuntime")["spec"]["template"]["spec"]["replicatedJobs"]
    assert role["template"]["spec"]["template"]["metadata"].get("annotations", {}) == annotation


def test_without_room_nothing_runs_and_what_it_keeps_stays(chart: cdk8s.Chart) -> None:
    bodies = made(chart, TORCH, replace(BY_TRAINER, waits=True))
    assert kinds(bodies) == ["NetworkPolicy", "NetworkPolicy", "PersistentVolumeClaim", "ServiceAccount"]


def test_the_schemas_of_all_controllers_take_them(tmp_path: Path) -> None:
    app = cdk8s.App(outdir=str(tmp_path))
    bodies = [
        body
        for number, job in enumerate(ALL)
        for trainer in (True, False)
        if trainer or job is not MPI
        for body in made(cdk8s.Chart(app, f"{number}-{trainer}"), job, BY_TRAINER if trainer else Place(site=BARE))
    ]
    (tmp_path / "made.yaml").write_text(yaml.safe_dump_all(bodies), encoding="utf-8")
    verdicts = conform([tmp_path / "made.yaml"], kubernetes="1.37")
    assert len(verdicts) == len(bodies)
    assert [one.message for one in verdicts if one.status != "statusValid"] == []
