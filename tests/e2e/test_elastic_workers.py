"""The rest of an elastic job goes on without a worker that was lost: real torchrun, from the rendered environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest
from tests.e2e.loopback import FRAMEWORKS, Machine, pods_of
from tests.e2e.scene import ROOT
from tests.render.words import BARE, IMAGE

from bayplan import Checkpoints, TrainingJob
from bayplan.render.api_object import written
from bayplan.render.site import Place
from bayplan.render.training.run import run_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUICK = "join_timeout=120,read_timeout=60,last_call_timeout=1,keep_alive_interval=1,keep_alive_max_attempt=2"
"""Who is lost is missed after two seconds, and nobody else is waited for."""
JOB = TrainingJob(
    name="elastic",
    image=IMAGE,
    workers=2,
    workers_min=1,
    command=["torchrun", f"{ROOT}/tests/e2e/programs/pytorch_workers.py"],
    env={"STEPS": "40", "PAUSE_S": "0.3", "PET_RDZV_CONF": QUICK},
    checkpoints=Checkpoints(size="1Gi", type="efs", shared=True),
)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    if not (FRAMEWORKS / ".installed").is_file():
        pytest.skip("no frameworks: run python -m tools.frameworks")
    made = Machine(pods=pods_of(written(run_of(JOB, Place(site=BARE)))), volumes=tmp_path / "volumes")
    yield made
    made.kill()


def holds_the_meeting(pid: int) -> bool:
    """In a cluster that is the first pod, by its name; here all have the same address, and it is who came first.

    Others listen, too, each on a port of its own choice.
    """
    process = psutil.Process(pid)
    port = int(process.environ()["PET_RDZV_ENDPOINT"].rpartition(":")[2])
    return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in process.net_connections())


def test_the_rest_goes_on_from_the_checkpoint(machine: Machine) -> None:
    machine.start("first")
    machine.wait_for(r"^from 0 rank 1 of 2", within_s=300)
    machine.wait_for(r"^step 3$", within_s=120)
    (lost,) = [name for name, one in machine.running.items() if not holds_the_meeting(one.pid)]
    process = machine.running.pop(lost)
    for one in (psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)):
        one.kill()
    process.wait()
    machine.wait_for(r"^from [1-9][0-9]* rank 0 of 1", within_s=120)
    machine.wait_for(r"^done 40\b", within_s=120)
