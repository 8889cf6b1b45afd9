"""Two teams with queues on one cluster: their repository, planned and rendered, on a lab with the real controllers."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e.built import skip_unless_built

from bayplan.lab.furnish import add_nodes
from bayplan.lab.lab import Lab, close, remove, start_lab
from bayplan.pipeline import load, place, synth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bayplan.lab.api import Api
    from bayplan.placement.plan import Plan
    from bayplan.spec.platform import Platform

IMAGE = "registry.example.com/vision/train:v1@sha256:" + "1f" * 32
CONTROLLERS = {"flux": "2.9", "jobset": "0.12", "kubeflow-trainer": "2.3", "kueue": "0.19"}
CLUSTER = f"""
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {{{", ".join(f'{name}: "{version}"' for name, version in CONTROLLERS.items())}}}
source: {{url: https://git.example.com/platform/fleet}}
pools:
  - {{name: general, instance: m7i.2xlarge, zones: [a], nodes: {{min: 1, max: 2}}}}
  - {{name: l4, instance: g6.xlarge, zones: [a], nodes: {{max: 9}}}}
  - {{name: t4, instance: g4dn.xlarge, zones: [a], nodes: {{max: 4}}}}
queues:
  speech: {{guaranteed: {{l4: 1, t4: 1}}, pools: [t4, l4], borrow: {{l4: 1}}}}
  vision: {{guaranteed: {{l4: 2, t4: 1}}, pools: [l4, t4]}}
"""
NODES = {"general": 1, "l4": 4, "t4": 3}
"""More than the queues give away: who waits, waits for its queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """A lab, and what was rendered for it."""

    lab: Lab
    root: Path
    platform: Platform
    plan: Plan

    @property
    def api(self) -> Api:
        return self.lab.api


def write(root: Path, apps: Mapping[str, str]) -> None:
    """A repository of the cluster and some apps: each has its team's name, and its workloads one a line."""
    for folder in ("clusters/lab", "apps"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "clusters" / "lab" / "cluster.yaml").write_text(CLUSTER)
    for name, workloads in apps.items():
        lines = "".join(f"  - {{image: {IMAGE!r}, {line}}}\n" for line in workloads.strip().splitlines())
        (root / "apps" / f"{name}.yaml").write_text(f"name: {name}\nteam: {name}\nworkloads:\n{lines}")


def synthesise(root: Path) -> tuple[Platform, Plan]:
    """What `bayplan synth` does: plan, render into dist/, keep the plan."""
    platform = load(root, lambda *_: None)
    placed = place(platform, lambda *_: None)
    synth(platform, placed, (root / "dist",), lambda *_: None, allow_deletions=True)
    return platform, placed[0].decision.plan


@contextmanager
def open_teams(root: Path, purpose: str, apps: Mapping[str, str]) -> Iterator[Teams]:
    """A lab with nodes and controllers, and nothing of the repository yet; skips where a program is not built."""
    write(root, apps)
    with open_written(root, purpose, NODES) as teams:
        yield teams


@contextmanager
def open_written(root: Path, purpose: str, nodes: Mapping[str, int]) -> Iterator[Teams]:
    """The same for a repository that is written already."""
    cluster = load(root, lambda *_: None).clusters[0]
    skip_unless_built(root, cluster.controllers)
    platform, plan = synthesise(root)
    lab = start_lab(root, cluster, f"e2e-{purpose}-{os.getpid()}", lambda *_: None)
    try:
        add_nodes(lab, cluster, nodes)
        yield Teams(lab=lab, root=root, platform=platform, plan=plan)
    finally:
        close(lab)
        remove(lab.layout.path)


def live(teams: Teams, name: str, **lives: str) -> None:
    """Have new pods of a namespace live so: `done_after="1h"`, `exit_code="1"`; it is made where it is not there."""
    said = {f"lab.bayplan.dev/{key.replace('_', '-')}": value for key, value in lives.items()}
    about = {"name": name, "annotations": said}
    # another hand than that which applies what is rendered, and would take away what is not in it
    teams.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": about}, manager="lives")
