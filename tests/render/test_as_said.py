"""What somebody writes is what the program finds: kubelets read dollars, and are told so."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.render.training_pods import expanded, pods_of
from tests.render.words import BARE, IMAGE, PLACE

from bayplan import BatchJob, Service, TrainingJob
from bayplan.render.api_object import written
from bayplan.render.container import Serving, container, program
from bayplan.render.site import Place, Site
from bayplan.render.training.run import run_of, runtime_of

TEXTS = st.text("$()ab '\"\\\n{}", max_size=12).filter(lambda text: "${" not in text)
SITES = (BARE, Site(app="shop", team="web", trainer=True))


def found(made: dict[str, Any]) -> tuple[list[str], list[str], dict[str, str]]:
    """What a container's program finds, once a kubelet has read it."""
    env: dict[str, str] = {}
    for one in made.get("env") or ():
        env[one["name"]] = expanded(one["value"], env) if "value" in one else ""
    lists = ([expanded(text, env) for text in made.get(word) or ()] for word in ("command", "args"))
    command, args = lists
    return command, args, env


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS)
@example("p$$w", "echo $$; echo $(date)")
def test_programs_find_what_was_said(setting: str, argument: str) -> None:
    said: dict[str, Any] = {"name": "x", "image": IMAGE, "env": {"B": setting}, "command": ["sh", argument]}
    said |= {"args": [argument]}
    batch, service = BatchJob.model_validate(said), Service.model_validate(said)
    serving = Serving(protocol="http", health="/healthz", startup_seconds=60)
    for made in (
        program(batch, batch.resources, None, resource=""),
        container(service, serving, resource=""),
        _trained(TrainingJob.model_validate(said)),
    ):
        command, args, env = found(made)
        assert (command, args, env["B"]) == (["sh", argument], [argument], setting)


@settings(max_examples=50, deadline=None)
@given(TEXTS, st.sampled_from(SITES))
def test_each_pod_of_a_training_job_finds_its_settings_as_they_were_said(setting: str, site: Site) -> None:
    job = TrainingJob.model_validate({"name": "train", "image": IMAGE, "env": {"B": setting}})
    place = Place(site=site)
    bodies = [written(body) for body in (run_of(job, place), runtime_of(job, place)) if body]
    assert [pod.env["B"] for pod in pods_of(bodies, "train")] == [setting, setting]


def test_a_setting_is_put_where_it_is_named() -> None:
    job = BatchJob(name="x", image=IMAGE, env={"A": "1"}, args=["--rank=$(A)"])
    assert found(program(job, job.resources, None, resource=""))[1] == ["--rank=1"]


def _trained(job: TrainingJob) -> dict[str, Any]:
    made: dict[str, Any] = run_of(job, PLACE)["spec"]["replicatedJobs"][0]["template"]["spec"]["template"]["spec"]
    (one,) = made["containers"]
    return dict(one)
