"""The program that is rendered for a tuning job, on real Ray Tune: trials at once, early stop, tries, the best."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import yaml
from tests.e2e.loopback import FRAMEWORKS
from tests.e2e.scene import ROOT

from bayplan import pipeline
from bayplan.lab.port import free_ports
from bayplan.manifests.read import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BIN = FRAMEWORKS / "bin"
AT_ONCE, TRIALS, STEPS, ROOM = 2, 6, 6, 4
CLUSTER = """\
name: yard
region: us-east-1
kubernetes: "1.37"
controllers: {flux: "2.9", kuberay: "1.6"}
source: {url: "https://git.example.com/platform/fleet"}
pools:
  - {name: general, instance: m7i.4xlarge, zones: [a], nodes: {min: 1, max: 8}}
"""
JOB: Mapping[str, Any] = {
    "kind": "TuningJob",
    "name": "tune",
    "image": "registry.example.com/a/b:v1@sha256:" + "3f" * 32,
    "command": ["python", f"{ROOT}/tests/e2e/programs/trial.py"],
    "args": [f"--steps={STEPS}"],
    "space": {"lr": {"low": 0.001, "high": 0.5, "log": True}},
    "metric": "loss",
    "goal": "min",
    "trials": TRIALS,
    "at_once": AT_ONCE,
    "stop_early": {"after": 2, "keep_one_of": 2, "reports": STEPS},
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of it."""

    answer: dict[str, Any]
    """The last line of who asked for trials."""
    events: list[list[str]]
    """What each trial has noted: what, its process, its lr."""


def rendered(root: Path) -> tuple[str, dict[str, str]]:
    """The entrypoint of the RayJob, and the files that are mounted for it, by path in the pod."""
    app = {"name": "school", "team": "a", "workloads": [dict(JOB)]}
    for path, text in {"apps/school.yaml": yaml.safe_dump(app), "clusters/yard/cluster.yaml": CLUSTER}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    platform = pipeline.load(root, lambda *_: None)
    pipeline.synth(platform, pipeline.place(platform, lambda *_: None), (root / "dist",), lambda *_: None)
    found = {one.ref.kind: one.body for one in read_tree(root / "dist").inventory.manifests}
    spec: Any = found["RayJob"]["spec"]
    head = spec["rayClusterSpec"]["headGroupSpec"]["template"]["spec"]
    (volume,) = (one["name"] for one in head["volumes"] if "configMap" in one)
    (mount,) = (one for one in head["containers"][0]["volumeMounts"] if one["name"] == volume)
    files: Any = found["ConfigMap"]["data"]
    return spec["entrypoint"], {f"{mount['mountPath']}/{name}": text for name, text in files.items()}


@contextmanager
def ray_cluster(env: Mapping[str, str], home: str) -> Iterator[str]:
    """A head with room for twice as many trials as may run at once; its address."""
    port, client, agent = free_ports(3)
    command = [f"{BIN}/ray", "start", "--head", "--block", "--include-dashboard=false", "--disable-usage-stats"]
    command += [f"--num-cpus={ROOM}", f"--port={port}", f"--ray-client-server-port={client}", f"--temp-dir={home}/ray"]
    command += [f"--dashboard-agent-listen-port={agent}", "--object-store-memory=100000000"]
    said = Path(home, "log")
    with said.open("wb") as log:
        head = subprocess.Popen(command, env=dict(env), stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        until = time.monotonic() + 240
        while b"runtime started" not in said.read_bytes():
            assert head.poll() is None, said.read_text()
            assert time.monotonic() < until, said.read_text()
            time.sleep(0.2)
        yield f"127.0.0.1:{port}"
    finally:
        top = psutil.Process(head.pid)
        own = [*top.children(recursive=True), top]
        for one in own:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(own, timeout=20)
        head.wait()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    if not (BIN / "ray").is_file():
        pytest.skip("Ray is not installed: run `make e2e ALL=1`")
    root = tmp_path_factory.mktemp("repository")
    entrypoint, files = rendered(root)
    with TemporaryDirectory(prefix="ray") as home:  # short: sockets lie in it
        seen = root / "seen"
        seen.mkdir()
        env = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": home, "SEEN": str(seen), "TUNING_RESULTS": f"{home}/results"}
        for path, text in files.items():
            here = root / path.rpartition("/")[2]
            here.write_text(text)
            entrypoint = entrypoint.replace(path, str(here))
        with ray_cluster(env, home) as address:
            done = subprocess.run(
                entrypoint.split(),
                env=env | {"RAY_ADDRESS": address},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=600,
                check=False,
            )
        assert done.returncode == 0, done.stdout[-4000:]
        last = next(line for line in reversed(done.stdout.splitlines()) if line.startswith("{"))
        events = [line.split() for line in (seen / "events").read_text().splitlines()]
        yield Told(answer=json.loads(last), events=events)


def test_the_best_is_the_last_line(told: Told) -> None:
    tried = {float(lr) for what, _, lr in told.events if what == "begin"}
    assert len(tried) == TRIALS
    assert told.answer["best"]["lr"] == min(tried, key=lambda lr: abs(lr - 0.01))
    assert told.answer["loss"] == pytest.approx(abs(told.answer["best"]["lr"] - 0.01) + 1 / STEPS)


def test_no_more_trials_run_at_once_than_were_asked_for(told: Told) -> None:
    """The cluster had room for twice as many."""
    seen: dict[str, list[int]] = {}
    for moment, (_, process, _) in enumerate(told.events):
        seen.setdefault(process, []).append(moment)
    alive = [range(moments[0], moments[-1] + 1) for moments in seen.values()]
    most = max(sum(moment in one for one in alive) for moment in range(len(told.events)))
    assert most == AT_ONCE


def test_a_trial_that_was_killed_is_tried_again(told: Told) -> None:
    (killed,) = (lr for what, _, lr in told.events if what == "killed")
    assert Counter(lr for what, _, lr in told.events if what == "begin")[killed] == 1
    assert (told.answer["failed"], told.answer["trials"]) == (0, TRIALS)


def test_who_lags_behind_is_stopped_and_leaves_no_program(told: Told) -> None:
    steps = Counter((process, lr) for what, process, lr in told.events if what == "step")
    stopped = {float(lr) for (_, lr), count in steps.items() if count < STEPS}
    assert stopped
    assert told.answer["best"]["lr"] not in stopped
    left = [" ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])]
    assert not [one for one in left if "programs/trial.py" in one]
