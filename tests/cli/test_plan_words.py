"""`bayplan plan`: what it prints, what it writes, and when it leaves everything as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.repository import Repository


def test_the_figures_of_every_cluster_are_printed_realised_first(repository: Repository) -> None:
    lines = repository.run("plan").stdout.splitlines()
    assert lines[0] == "east  plan kept"
    assert lines[2].split("  ")[1:2] == ["USD/h at"]
    words = ("realised", "packed", "bound", "realised above bound")
    assert [lines[2].index(word) for word in words] == sorted(lines[2].index(word) for word in words)
    minimum = lines[3].split()
    assert minimum[:3] == ["minimum", "load", "0.4032"]
    assert lines[4].split()[:2] == ["maximum", "load"]


def test_json_has_the_same_figures(repository: Repository) -> None:
    told = json.loads(repository.run("plan", "--json").stdout)["east"]
    assert told["kept"] is True
    low, high = told["figures"]
    assert (low["level"], high["level"]) == ("min", "max")
    assert low["realised_e4_usd_per_hour"] == told["plan"]["cost_min_e4_usd_per_hour"] == 4032
    assert low["bound_e4_usd_per_hour"] <= low["realised_e4_usd_per_hour"]
    assert low["gap_permyriad"] == 0


def test_a_change_is_told_in_words(repository: Repository) -> None:
    repository.change("apps/shop.py", 'cpu="500m"', 'cpu="3"')
    repository.change(
        "clusters/east/cluster.yaml",
        "nodes: {min: 2, max: 6}}",
        "nodes: {min: 2, max: 6}}\n  - {name: large, instance: m7i.4xlarge, zones: [a, b], nodes: {min: 0, max: 6}}",
    )
    told = repository.run("plan").stdout
    assert "east  plan decided anew" in told
    for words in (
        "because  pool large is new",
        "because  shop/front asks for 3 CPU instead of 500m CPU",
        "so       ",
        "cost     costs ",
    ):
        assert words in told, told


def test_a_workload_that_moves_is_told_with_the_reason(repository: Repository) -> None:
    repository.change(
        "clusters/east/cluster.yaml",
        "{name: general, instance: m7i.xlarge, zones: [a, b], nodes: {min: 2, max: 6}}",
        "{name: general, instance: m7i.xlarge, zones: [a, b], nodes: {min: 0, max: 0}}\n"
        "  - {name: other, instance: m7i.xlarge, zones: [a, b], nodes: {min: 2, max: 6}}",
    )
    told = repository.run("plan").stdout
    assert "moved    bot/api and shop/front (4 … 8 pods): general → other" in told
    assert "pool general has nodes.min 0 instead of 2; pool general has nodes.max 0 instead of 6" in told


def test_the_picture_is_written_beside_the_plan(repository: Repository) -> None:
    told = repository.run("plan", "--html", "plan.html")
    assert told.returncode == 0, told.stderr
    page = (repository.root / "plan.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "shop/front" in page


def test_a_picture_that_cannot_be_written_leaves_the_lock_as_it_was(repository: Repository) -> None:
    repository.change("apps/bot.yaml", "replicas: 2", "replicas: 3")
    before = repository.bytes_of("clusters")
    (repository.root / "taken").mkdir()
    told = repository.run("plan", "--html", "taken")
    assert told.returncode == 2
    assert "taken" in told.stderr
    assert "Traceback" not in told.stderr
    assert repository.bytes_of("clusters") == before


@pytest.mark.parametrize(
    "words",
    [
        ("--epsilon", "much"),
        ("--epsilon", "-1"),
        ("--epsilon", "0.001"),
        ("--time", "0"),
        ("--time", "-5"),
        ("--time", "soon"),
    ],
    ids=" ".join,
)
def test_an_effort_or_a_share_that_makes_no_sense_is_refused(repository: Repository, words: tuple[str, str]) -> None:
    told = repository.run("plan", *words)
    assert told.returncode == 2
    assert "such as" in told.stderr
    assert "Traceback" not in told.stderr


def test_the_least_effort_still_gives_a_plan_with_its_gap(repository: Repository) -> None:
    repository.change("apps/bot.yaml", "replicas: 2", "replicas: 3")
    told = json.loads(repository.run("plan", "--time", "0.001", "--json").stdout)["east"]
    assert not told["kept"]
    assert all(figures["gap_permyriad"] is not None for figures in told["figures"])
    assert repository.run("verify").returncode == 0


def busy(repository: Repository) -> None:
    """A question that takes the solver several seconds."""
    workloads = "".join(
        f"  - {{kind: Service, name: w{number}, image: 'registry.example.com/a/b:v1@sha256:{'3f' * 32}',"
        f" replicas: {2 + number % 7}, resources: {{cpu: {300 + 37 * number}m, memory: {200 + 91 * number}Mi}}}}\n"
        for number in range(90)
    )
    repository.write("apps/many.yaml", f"name: many\nteam: web\nworkloads:\n{workloads}")
    pools = "".join(
        f"  - {{name: {kind}{size}, instance: {kind}.{size}, zones: [a, b, c], nodes: {{min: 0, max: 99}}}}\n"
        for kind in ("m7i", "c7i", "r7i")
        for size in ("xlarge", "2xlarge", "4xlarge", "8xlarge")
    )
    text = (repository.root / "clusters/east/cluster.yaml").read_text()
    repository.write("clusters/east/cluster.yaml", text + pools)


@pytest.mark.parametrize("after_s", [0.3, 1.5])
def test_ctrl_c_leaves_the_lock_byte_for_byte(repository: Repository, after_s: float) -> None:
    busy(repository)
    before = repository.bytes_of("clusters", "dist")
    arguments = ["plan", "--update", "--html", "plan.html"]
    starts = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    script = f"{starts} from bayplan.cli.run import run; sys.exit(run({arguments}))"
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=repository.root,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    while "plan" not in (line := process.stderr.readline()):
        assert line, "it ended before it planned"
    time.sleep(after_s)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "Traceback" not in err
    assert repository.bytes_of("clusters", "dist") == before
    assert not (repository.root / "plan.html").exists()


def test_ctrl_c_while_a_compiled_module_is_imported_is_told_like_any_other(repository: Repository) -> None:
    script = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'bayplan.placement.solve':\n"
        "            raise ImportError('initialization failed') from KeyboardInterrupt()\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "from bayplan.cli.run import run; sys.exit(run(['plan', '--update']))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=repository.root, capture_output=True, text=True, check=False
    )
    assert told.returncode == 130, told.stderr
    assert "Traceback" not in told.stderr
