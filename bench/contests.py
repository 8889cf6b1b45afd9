"""The races that there are: what we do, who does the same, and where the aim is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.objects import charts
from bench.race import Race, Runner
from bench.review import reviews
from bench.typescript import NODE, compile_synth

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".cache" / "bench"
PYTHON = Path(sys.executable)
KUBERNETES = "1.37"


def contests(rounds: int) -> Iterator[Race]:
    """Every race, made ready as its turn comes."""
    program = compile_synth()
    for count in (1_000, 10_000):
        yield synth(count, program, rounds)
    yield check(10_000, rounds)
    yield from reviews(HOME / "ours-10000", rounds)
    yield help_text(rounds)


def synth(count: int, program: Path, rounds: int) -> Race:
    """Objects through constructs to files: ours also reads them back, compares, and swaps the tree in."""
    objects = HOME / f"{count}.json"
    objects.write_text(json.dumps(charts(count)))
    ours, theirs = HOME / f"ours-{count}", HOME / f"theirs-{count}"
    return Race(
        title=f"synth of {count:,} objects / TypeScript",
        aim=1.5,
        rounds=rounds,
        ours=Runner(name="bayplan", command=[PYTHON, "-m", "bench.synth", objects, ours], fresh=ours),
        theirs=Runner(name="cdk8s for TypeScript", command=[NODE, program, objects, theirs], fresh=theirs),
    )


def check(count: int, rounds: int) -> Race:
    """One tree, the same schemas: ours also judges what is between the objects."""
    tree = HOME / f"ours-{count}"
    schemas = ROOT / "schemas"
    locations = [
        schemas / "crds/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json",
        schemas / "kubernetes/{{.NormalizedKubernetesVersion}}/{{.ResourceKind}}{{.KindSuffix}}.json",
    ]
    kubeconform: list[str | Path] = [
        *(ROOT / ".cache/bin/kubeconform", "-strict", "-n", str(os.cpu_count())),
        *("-kubernetes-version", f"{KUBERNETES}.0", "-ignore-filename-pattern", r"(^|/)kustomization\.yaml$"),
        *(word for location in locations for word in ("-schema-location", location)),
    ]
    expect_objects(kubeconform, tree, count)
    return Race(
        title=f"check of {count:,} objects / kubeconform",
        aim=1.0,
        rounds=rounds,
        ours=Runner(name="bayplan", command=[PYTHON, "-m", "bayplan", "check", tree]),
        theirs=Runner(name="kubeconform", command=[*kubeconform, tree]),
    )


def help_text(rounds: int) -> Race:
    """What every shell completion, hook and impatient person waits for."""
    return Race(
        title="bayplan --help / python -c pass",
        aim=3.0,
        rounds=rounds * 4,
        ours=Runner(name="bayplan", command=[PYTHON.with_name("bayplan"), "--help"]),
        theirs=Runner(name="python", command=[PYTHON, "-c", "pass"]),
    )


def expect_objects(kubeconform: list[str | Path], tree: Path, count: int) -> None:
    """RuntimeError unless the peer really judges every object: a race over an empty folder is easily won."""
    command = [*kubeconform, "-summary", "-output", "json", tree]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    told = json.loads(answer.stdout)["summary"] if answer.stdout else answer.stderr
    if told != {"valid": count, "invalid": 0, "errors": 0, "skipped": 0}:
        raise RuntimeError(f"kubeconform should find {count} valid objects in {tree}, and says {told}")
