"""`plan.lock`: readable, the same everywhere, and trusted only as bayplan wrote it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from tests.placement.small import demand, pool, problem, problems

from bayplan.complaint import BadInput
from bayplan.placement import lock
from bayplan.placement.solve import solve

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.placement.problem import Problem

SHOP = problem(
    demand("shop/front", cpu=350, memory=384, pods=(2, 8), surge=1, zones="must", hosts="off"),
    demand("shop/model", cpu=2100, memory=8320, pods=(1, 2), accelerators=1, model="l4", zones="should"),
    pool("general", nodes=(3, 9)),
    pool(
        "gpu", accelerators=1, model="l4", accelerator_memory=22888, price=8048, taints=("nvidia.com/gpu:NoSchedule",)
    ),
)

GOLDEN = """\
# Where the workloads of cluster lab run, and on how many nodes. Written by `bayplan plan`; do not edit:
# change apps/ or clusters/lab/cluster.yaml and run it again. It repeats what was asked for, so that a stale lock
# can say what has changed. Money is in 1e-4 USD per hour; min and max are the ends of the load.
version: 2
"""


def test_it_reads_well() -> None:
    text = lock.text(SHOP, solve(SHOP))
    assert text.startswith(GOLDEN)
    for line in (
        "cost: {min: 14048, max: 22096, bound_min: 14048, bound_max: 22096}",
        "    nodes: {min: 1, max: 2}",
        "    zones: [z-a, z-b, z-c]",
        "  shop/front:",
        "      general: {min: 2, max: 8}",
        "    replicas: {min: 2, max: 8, surge: 1}",
        "    spread: {zones: must}",
    ):
        assert line in text.splitlines(), line


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    seen = 0

    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(problems())
    def law(question: Problem) -> None:
        nonlocal seen
        try:
            plan = solve(question)
        except BadInput:
            return
        seen += 1
        path = tmp_path / "plan.lock"
        path.write_text(lock.text(question, plan))
        read = lock.load(path)
        assert read is not None
        assert read.plan == plan
        assert read.problem.demands == tuple(replace(one, file="", line=0) for one in question.demands)
        assert read.problem.pools == tuple(replace(one, file="", line=0) for one in question.pools)

    law()
    assert seen >= 10


@pytest.mark.parametrize("name", ["y", "no", "null", "e1", "off"])
def test_names_that_yaml_would_take_for_something_else_survive(name: str, tmp_path: Path) -> None:
    question = replace(problem(demand(f"{name}/{name}"), pool(name)), cluster=name)
    (tmp_path / "plan.lock").write_text(lock.text(question, solve(question)))
    assert lock.read(tmp_path / "plan.lock") == solve(question)


def test_the_same_question_gives_the_same_bytes_in_other_processes() -> None:
    script = "from tests.placement.test_lock import SHOP, lock, solve; print(lock.text(SHOP, solve(SHOP)), end='')"
    texts = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert texts == {lock.text(SHOP, solve(SHOP))}


def test_no_file_is_no_plan(tmp_path: Path) -> None:
    assert lock.read(tmp_path / "plan.lock") is None


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: text.replace("nodes: {min: 3", "nodes: {min: 4"), "edited or merged by hand"),
        (lambda text: text.replace("general: {min: 2, max: 8}", "gpu: {min: 2, max: 8}"), "edited or merged by hand"),
        (lambda text: text + "# mine\n", "edited or merged by hand"),
        (lambda text: text.replace("version: 2", "version: 1"), "format 1"),
        (lambda text: text.replace("version: 2\n", ""), "no version"),
        (lambda text: text.replace("nodes: {min: 3", "nodes: {min: three"), "plan.lock:"),
        (lambda text: text.replace("nodes: {min: 3", "nodes: {min: -3"), "greater than or equal to 0"),
        (lambda text: text.replace("cost:", "price:"), "price"),
        (lambda text: text.replace("version: 2", "version: 2\n=======\n"), "plan.lock"),
        (lambda text: text + "---\n" + text, "not a plan.lock"),
        (lambda text: text[: len(text) // 2], "plan.lock"),
        (lambda _: "", "plan.lock"),
        (lambda _: "- a list\n", "plan.lock"),
        (lambda _: "version: [\n", "plan.lock:"),
        (lambda _: "version: 2\nversion: 2\n", "plan.lock:"),
    ],
)
def test_what_bayplan_did_not_write_is_not_trusted(spoil: object, says: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.lock"
    whole = lock.text(SHOP, solve(SHOP))
    spoiled = spoil(whole)  # type: ignore[operator]
    assert spoiled != whole
    path.write_text(spoiled)
    with pytest.raises(BadInput) as bad:
        lock.read(path, shown="clusters/lab/plan.lock")
    assert says in str(bad.value)
    assert all(complaint.file == "clusters/lab/plan.lock" for complaint in bad.value.complaints)
    assert all("bayplan plan --update" in complaint.fix for complaint in bad.value.complaints)


def test_a_checkout_with_windows_line_ends_is_the_same_lock(tmp_path: Path) -> None:
    path = tmp_path / "plan.lock"
    path.write_bytes(lock.text(SHOP, solve(SHOP)).replace("\n", "\r\n").encode())
    assert lock.read(path) == solve(SHOP)
