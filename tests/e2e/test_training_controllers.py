"""Training jobs with the real Trainer and JobSet: their pods, who is replaced, and when they have succeeded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.built import skip_unless_built
from tests.e2e.teams import Teams, synthesise
from tests.render.training_pods import INDEX, pods_of

from bayplan.lab.api import Refused
from bayplan.lab.furnish import add_nodes, condition
from bayplan.lab.lab import close, remove, start_lab
from bayplan.lab.wait import NotYet, wait_for
from bayplan.manifests.read import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.lab.api import Body

CONTROLLERS = {"flux": "2.9", "jobset": "0.12", "kubeflow-trainer": "2.3"}
CLUSTER = f"""
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {{{", ".join(f'{name}: "{version}"' for name, version in CONTROLLERS.items())}}}
source: {{url: https://git.example.com/platform/fleet}}
storage: {{efs: "0.30"}}
pools:
  - {{name: general, instance: m7i.4xlarge, zones: [a], nodes: {{min: 1, max: 4}}}}
"""
JOB = f'kind: TrainingJob, image: "registry.example.com/a/train:v1@sha256:{"1f" * 32}", env: {{A: b}}'
STORE = 'checkpoints: {url: "s3://models/a"}'
APP = f"""
name: school
team: a
workloads:
  - {{{JOB}, name: torch, command: [torchrun, train.py], batch_size: 64, {STORE}}}
  - {{{JOB}, name: jax, framework: jax, deadline: 1h}}
  - {{{JOB}, name: mpi, framework: mpi, workers: 3, args: [mpirun, train]}}
  - {{{JOB}, name: elastic, workers: 3, workers_min: 2, {STORE}}}
  - {{{JOB}, name: servers, framework: tensorflow, parameter_servers: {{}}, evaluator: {{}}, {STORE}}}
"""
FIRST = ("Namespace", "ServiceAccount", "TrainingRuntime")
RUNS = ("TrainJob", "JobSet")
TRAINER_API, JOBSET_API = "trainer.kubeflow.org/v1alpha1", "jobset.x-k8s.io/v1alpha2"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Teams]:
    """The app, its namespace and accounts applied, and none of its jobs."""
    root = tmp_path_factory.mktemp("training")
    for path, text in (("clusters/lab/cluster.yaml", CLUSTER), ("apps/school.yaml", APP)):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    skip_unless_built(root, CONTROLLERS)
    platform, plan = synthesise(root)
    lab = start_lab(root, platform.clusters[0], f"e2e-training-{os.getpid()}", lambda *_: None)
    try:
        add_nodes(lab, platform.clusters[0], {"general": 4})
        found = Teams(lab=lab, root=root, platform=platform, plan=plan)
        for body in sorted(rendered(found, *FIRST[:2]), key=lambda one: FIRST.index(one["kind"])):
            found.api.apply(body)
        about = {"name": "school", "annotations": {"lab.bayplan.dev/done-after": "1h"}}
        found.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": about}, manager="lives")
        yield found
    finally:
        close(lab)
        remove(lab.layout.path)


def rendered(school: Teams, *kinds: str, of: str = "") -> list[Body]:
    made = [dict(one.body) for one in read_tree(school.root / "dist").inventory.manifests if one.ref.kind in kinds]
    return [one for one in made if of in ("", one["metadata"]["labels"].get("app.kubernetes.io/name"))]


def start(school: Teams, name: str) -> str:
    """Apply a job; the name of its object."""
    (job,) = rendered(school, *RUNS, of=name)
    for body in (*rendered(school, "TrainingRuntime", of=name), job):
        school.api.apply(body)
    return str(job["metadata"]["name"])


def running(school: Teams, name: str, count: int) -> list[Body]:
    """Its pods, once so many of them run."""

    def all_there() -> list[Body]:
        found = school.api.list("v1", "Pod", "school", labels=f"app.kubernetes.io/name={name}")
        found = [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]
        if len(found) != count or any(pod["status"].get("phase") != "Running" for pod in found):
            raise NotYet(str([(pod["metadata"]["name"], pod["status"].get("phase")) for pod in found]))
        return found

    return wait_for(f"{count} pods of {name}", all_there, within_s=60)


def job_set(school: Teams, name: str) -> Body:
    return school.api.get(JOBSET_API, "JobSet", name, "school") or {}


def end(school: Teams, pod: Body, phase: str, *conditions: dict[str, Any]) -> None:
    """What a kubelet says when a pod has ended."""
    code = 0 if phase == "Succeeded" else 1
    statuses = [
        {**one, "ready": False, "state": {"terminated": {"exitCode": code, "reason": phase}}}
        for one in pod["status"]["containerStatuses"]
    ]
    found = {"phase": phase, "conditions": [*pod["status"]["conditions"], *conditions], "containerStatuses": statuses}
    school.api.patch("v1", "Pod", pod["metadata"]["name"], "school", {"status": found}, sub="status")


def env_of(pod: Body) -> dict[str, str]:
    """As its program finds it; `$(NAME)` is expanded by kubelets, which nobody plays here."""
    number = pod["metadata"]["annotations"]["batch.kubernetes.io/job-completion-index"]
    env = {}
    for one in pod["spec"]["containers"][0].get("env", ()):
        if "valueFrom" in one:
            assert one["valueFrom"]["fieldRef"]["fieldPath"] in (INDEX, INDEX.replace("annotations", "labels"))
        env[one["name"]] = number if "valueFrom" in one else one["value"].replace("$(TASK_INDEX)", number)
    return env


def test_trainer_refuses_a_job_before_its_runtime_is_there(school: Teams) -> None:
    """So runtimes lie in the folder of the platform, for which apps wait: Flux tries everything before it applies."""
    (job,) = rendered(school, "TrainJob", of="torch")
    with pytest.raises(Refused, match="must be created before the TrainJob"):
        school.api.apply(job, dry_run=True)


@pytest.mark.parametrize("name", ["torch", "jax", "mpi", "elastic", "servers"])
def test_pods_have_the_environment_and_the_names_that_were_told(school: Teams, name: str) -> None:
    start(school, name)
    told = pods_of(rendered(school, *RUNS, "TrainingRuntime"), name)
    found = running(school, name, len([pod for pod in told if pod.role != "launcher"]))
    if name == "mpi":  # the launcher waits for the others to listen
        found = running(school, name, len(told))
    there = {f"{pod['spec']['hostname']}.{pod['spec']['subdomain']}": pod for pod in found}
    assert there.keys() == {pod.host for pod in told}
    for pod in told:
        env = env_of(there[pod.host])
        assert {key: env.get(key) for key in pod.env} == dict(pod.env)
        assert there[pod.host]["spec"]["containers"][0]["image"] == pod.spec["containers"][0]["image"]


def test_who_loses_a_machine_starts_all_again_and_does_not_count(school: Teams) -> None:
    job = start(school, "torch")
    first = running(school, "torch", 2)
    end(school, first[1], "Failed", {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"})

    def restarted() -> Body:
        status = job_set(school, job).get("status") or {}
        if not status.get("restarts"):
            raise NotYet(str(status))
        return status

    status = wait_for("a restart", restarted, within_s=60)
    assert (status["restarts"], status.get("restartsCountTowardsMax", 0)) == (1, 0)
    again = running(school, "torch", 2)
    assert not {pod["metadata"]["uid"] for pod in first} & {pod["metadata"]["uid"] for pod in again}


def test_an_elastic_worker_comes_back_alone(school: Teams) -> None:
    job = start(school, "elastic")
    first = running(school, "elastic", 3)
    lost = next(pod for pod in first if env_of(pod)["JOB_COMPLETION_INDEX"] == "2")
    end(school, lost, "Failed", {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"})

    def replaced() -> set[str]:
        found = school.api.list("v1", "Pod", "school", labels="app.kubernetes.io/name=elastic")
        alive = {pod["metadata"]["uid"] for pod in found if pod["status"].get("phase") == "Running"}
        if len(alive) != 3:
            raise NotYet(str(len(alive)))
        return alive

    alive = wait_for("a new pod", replaced, within_s=60)
    assert len(alive & {pod["metadata"]["uid"] for pod in first}) == 2
    assert not (job_set(school, job)["status"].get("restarts"))


def test_a_job_has_succeeded_with_its_chief_and_servers_go(school: Teams) -> None:
    job = start(school, "servers")
    pods = running(school, "servers", 5)
    end(school, next(pod for pod in pods if "-chief-" in pod["metadata"]["name"]), "Succeeded")

    def completed() -> None:
        if condition(job_set(school, job), "Completed") != "True":
            raise NotYet(str(job_set(school, job).get("status")))

    wait_for("the end", completed, within_s=60)


def test_what_failed_is_told_and_not_tried_for_ever(school: Teams) -> None:
    job = start(school, "jax")
    end(school, running(school, "jax", 2)[0], "Failed")

    def failed() -> None:
        found = school.api.get(TRAINER_API, "TrainJob", job, "school") or {}
        if condition(found, "Failed") != "True":
            raise NotYet(str(found.get("status")))

    wait_for("the failure", failed, within_s=60)
