"""A lab with the real Flux, KubeRay and Kueue, and a repository of one team that tunes and one that serves on Ray."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.e2e.built import skip_unless_built
from tests.e2e.ray_dashboard import open_dashboards
from tests.e2e.teams import Teams, live, synthesise

from bayplan.lab.delivery import deliver, redirect
from bayplan.lab.furnish import add_nodes, bootstrap, condition
from bayplan.lab.lab import close, remove, start_lab
from bayplan.lab.reconcile import KUSTOMIZE, describe, fetch, why
from bayplan.lab.wait import NotYet, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.e2e.ray_dashboard import Dashboards

    from bayplan.lab.api import Body
    from bayplan.lab.delivery import Checkout

RAY, KUEUE = "ray.io/v1", "kueue.x-k8s.io/v1beta2"
CONTROLLERS = {"flux": "2.9", "kuberay": "1.6", "kueue": "0.19"}
CLUSTER = f"""
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {{{", ".join(f'{name}: "{version}"' for name, version in CONTROLLERS.items())}}}
source: {{url: https://git.example.com/platform/fleet}}
pools:
  - {{name: general, instance: m7i.4xlarge, zones: [a], nodes: {{min: 1, max: 4}}}}
  - {{name: l4, instance: g6.2xlarge, zones: [a], nodes: {{max: 9}}}}
queues:
  lab: {{guaranteed: {{cpu: "40", memory: 160Gi, l4: 2}}, pools: [general, l4]}}
"""
IMAGE = "registry.example.com/a/tune:v1@sha256:" + "1f" * 32
TUNING = (
    f'kind: TuningJob, image: "{IMAGE}", command: [python, train.py], metric: loss, goal: min, at_once: 2, '
    "accelerator: {model: l4}, resources: {cpu: 2, memory: 8Gi}, space: {lr: {low: 0.001, high: 0.1}}"
)
SERVER = (
    f'kind: ModelServer, image: "{IMAGE}", name: tell, serving: ray, port: 8000, replicas: 2, '
    'ray: {app: "a:b", deployment: B}, resources: {cpu: 1, memory: 4Gi}'
)
STEP_S = 180


@dataclass(frozen=True, kw_only=True)
class Synced:
    """A lab whose Flux reads a checkout of what was rendered."""

    teams: Teams
    checkout: Checkout
    ray: Dashboards

    def render(self, **apps: str) -> None:
        """Synth the apps with these workloads, push, have Flux fetch."""
        write(self.teams, apps)
        there = self.checkout.path / "dist"
        shutil.rmtree(there)
        shutil.copytree(self.teams.root / "dist", there)
        (source,) = (there / "lab" / "flux").glob("GitRepository.*.yaml")
        redirect(source, self.teams.lab.layout.repository_url)
        fetch(self.teams.api, self.checkout.push("Change"))

    def all(self, kind: str, namespace: str, version: str = RAY) -> list[Body]:
        return self.teams.api.list(version, kind, namespace)

    def job(self, word: str) -> Body:
        found = [one for one in self.all("RayJob", "lab") if one["metadata"]["name"].startswith(word)]
        if len(found) != 1:
            raise NotYet(f"{len(found)} jobs are called {word}")
        return found[0]

    def await_job(self, word: str, status: str) -> Body:
        def there() -> Body:
            found = self.job(word)
            if found.get("status", {}).get("jobDeploymentStatus") != status:
                raise NotYet(str(found.get("status")))
            return found

        return wait_for(f"{word} to be {status}", there, within_s=STEP_S)

    def await_pods(self, namespace: str, count: int) -> list[Body]:
        def there() -> list[Body]:
            found = [one for one in self.all("Pod", namespace, "v1") if one["status"]["phase"] == "Running"]
            if len(found) != count:
                raise NotYet(str([one["metadata"]["name"] for one in found]))
            return found

        return wait_for(f"{count} pods of {namespace}", there, within_s=STEP_S)

    def kustomization(self, app: str) -> Body:
        return self.teams.api.get(KUSTOMIZE, "Kustomization", f"apps-{app}", "flux-system") or {}

    def await_told(self, app: str, status: str, is_told: Callable[[str], bool]) -> None:
        def told() -> None:
            found = self.kustomization(app)
            if condition(found, "Ready") != status or not is_told(why(found)):
                raise NotYet(describe(found))

        wait_for(f"apps-{app} to be {status}", told, within_s=STEP_S)


def write(teams: Teams, apps: dict[str, str]) -> None:
    for name, workloads in apps.items():
        lines = "".join(f"  - {{{line}}}\n" for line in workloads.splitlines())
        (teams.root / "apps" / f"{name}.yaml").write_text(f"name: {name}\nteam: {name}\nworkloads:\n{lines}")
    synthesise(teams.root)


@contextmanager
def open_synced(root: Path) -> Iterator[Synced]:
    """One job that fits into its queue beside nothing else, and a model on Ray Serve; skips where nothing is built."""
    for folder in ("clusters/lab", "apps"):
        (root / folder).mkdir(parents=True)
    (root / "clusters/lab/cluster.yaml").write_text(CLUSTER)
    skip_unless_built(root, CONTROLLERS)
    with open_dashboards() as ray, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTP_PROXY", ray.address)
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        (root / "apps/lab.yaml").write_text(f"name: lab\nteam: lab\nworkloads:\n  - {{{TUNING}, name: tune}}\n")
        (root / "apps/serve.yaml").write_text(f"name: serve\nteam: serve\nworkloads:\n  - {{{SERVER}}}\n")
        platform, plan = synthesise(root)
        lab = start_lab(root, platform.clusters[0], f"e2e-ray-{os.getpid()}", lambda *_: None)
        teams = Teams(lab=lab, root=root, platform=platform, plan=plan)
        try:
            add_nodes(lab, platform.clusters[0], {"general": 3, "l4": 4})
            live(teams, "lab", done_after="1h")
            checkout = deliver(lab.layout, platform.clusters[0], root / "dist")
            bootstrap(lab, platform.clusters[0], checkout)
            fetch(teams.api, checkout.git("rev-parse", "HEAD"))
            yield Synced(teams=teams, checkout=checkout, ray=ray)
        finally:
            close(lab)
            remove(lab.layout.path)


def end(synced: Synced, word: str) -> None:
    """Who hands the work in has ended, as its kubelet would say."""
    for pod in synced.all("Pod", "lab", "v1"):
        if pod["metadata"]["name"].startswith(word) and part_of(pod) == "submitter":
            said = {"status": {"phase": "Succeeded"}}
            synced.teams.api.patch("v1", "Pod", pod["metadata"]["name"], "lab", said, sub="status")


def part_of(pod: Body) -> str:
    return str(pod["metadata"]["labels"]["bayplan.dev/part"])


def answering(synced: Synced, service: str = "tell") -> set[str]:
    """Pods to which an address leads."""
    slices = synced.all("EndpointSlice", "serve", "discovery.k8s.io/v1")
    return {
        one["targetRef"]["name"]
        for each in slices
        if each["metadata"]["labels"]["kubernetes.io/service-name"] == service
        for one in each.get("endpoints") or ()
        if one["conditions"]["ready"]
    }
