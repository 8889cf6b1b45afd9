"""Scenarios of reviews on the real thing: all of them beside each other in one lab, base first, then head.

Each gets namespaces of its own (`<name>-<scenario>`), its own repository and its own GitRepository, so that they do not
meet; what has no namespace must differ, or the scenario goes to another lab.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.e2e.review_seen import Seen, fewest_ready, kinds_of, look, provision

from bayplan.lab.delivery import Checkout, run_git
from bayplan.lab.furnish import condition
from bayplan.lab.reconcile import KUSTOMIZE, REQUESTED, SOURCE, describe, is_ready_at, is_settled, why
from bayplan.manifests.writer import write
from bayplan.manifests.yaml import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.scenarios.scenario import Scenario

    from bayplan.lab.api import Api, Body
    from bayplan.lab.layout import Layout
    from bayplan.manifests.ref import Ref

FLUX = "flux-system"
NAMES_OF_NAMESPACES = ("namespace", "targetNamespace")
SETTLE_S = 75
QUIET_S = 2.0
ROOT = "scenario-root"
"""The Kustomization that applies flux/, where the scenario has none: what `flux bootstrap` would make."""


@dataclass(kw_only=True)
class Play:
    """One scenario under way."""

    scenario: Scenario
    number: int
    layout: Layout
    api: Api
    folder: Path
    """Holds base/ and head/ as they are synced, and the checkout that is pushed."""
    late: str = ""
    """Why it did not settle in time; "" where it did."""
    commit: str = ""
    before: Seen | None = None
    after: Seen | None = None
    fewest: dict[Ref, int] = field(default_factory=dict)
    """Workload to the fewest of its pods that were ready at one time between both looks."""
    kustomizations: dict[str, Body] = field(default_factory=dict)
    """As they are after the head was synced."""

    @property
    def flux(self) -> str:
        """Namespace of its Flux objects."""
        return f"{FLUX}-{self.number}"

    @property
    def url(self) -> str:
        return self.layout.repository_url.replace("bayplan.git", f"scenario-{self.number}.git")

    def stage(self) -> None:
        """Write both sides with namespaces and a source of their own."""
        names = {"flux-system"}
        for side in ("base", "head"):
            target = self.folder / side
            shutil.copytree(self.scenario.folder / side, target, symlinks=True)
            for file in sorted(target.rglob("*.y*ml")):
                if file.is_file() and "clusters" not in file.relative_to(target).parts[:1]:
                    names |= {one["metadata"]["name"] for one in objects(file) if one.get("kind") == "Namespace"}
        for side in ("base", "head"):
            for file in sorted((self.folder / side / "dist").rglob("*.y*ml")):
                bodies = [self._renamed(one, names) for one in objects(file)]
                file.write_text("---\n".join(write(one) for one in bodies))

    def _renamed(self, body: Any, names: set[str], key: str = "") -> Any:
        if isinstance(body, dict):
            made = {name: self._renamed(value, names, name) for name, value in body.items()}
            if body.get("kind") == "Namespace" and body.get("apiVersion") == "v1":
                made["metadata"]["name"] = f"{body['metadata']['name']}-{self.number}"
            if body.get("kind") == "GitRepository" and "spec" in body:
                made["spec"] = {**made["spec"], "url": self.url, "timeout": "20s"}
            if body.get("kind") == "Kustomization" and "interval" in (body.get("spec") or {}):
                made["spec"] |= {"timeout": "40s", "retryInterval": "3s"}
            return made
        if isinstance(body, list):
            return [self._renamed(one, names, key) for one in body]
        return f"{body}-{self.number}" if key in NAMES_OF_NAMESPACES and body in names else body

    def begin(self) -> None:
        """Push the base and point Flux at it."""
        bare = self.layout.repository.with_name(f"scenario-{self.number}.git")
        run_git("init", "--quiet", "--bare", "--initial-branch", "main", str(bare), folder=self.layout.path)
        work = self.folder / "work"
        run_git("init", "--quiet", "--initial-branch", "main", str(work), folder=self.folder)
        self.checkout = Checkout(work, bare, "main")
        self.push("base")
        self.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.flux}})
        bodies = [one for file in sorted(self.flux_folder.glob("*.y*ml")) for one in objects(file)]
        syncs = [one for one in bodies if one["kind"] == "Kustomization" and "interval" in one.get("spec", {})]
        path = f"./{self.flux_folder.relative_to(self.folder / 'work')}"
        if not any(str(one["spec"].get("path")).rstrip("/") == path for one in syncs):
            source = next(one for one in bodies if one["kind"] == "GitRepository")["metadata"]["name"]
            spec = {"interval": "1h", "retryInterval": "3s", "prune": True, "path": path, "timeout": "40s"}
            spec |= {"sourceRef": {"kind": "GitRepository", "name": source}}
            about = {"name": ROOT, "namespace": self.flux}
            bodies.append({"apiVersion": KUSTOMIZE, "kind": "Kustomization", "metadata": about, "spec": spec})
        for body in bodies:
            if body["apiVersion"].split("/")[0].endswith("toolkit.fluxcd.io"):
                self.api.apply(body, manager="kustomize-controller")

    @property
    def flux_folder(self) -> Path:
        return next(iter(sorted((self.folder / "work" / "dist").glob("*/flux"))))

    def push(self, side: str) -> None:
        for old in (self.folder / "work").iterdir():
            if old.name != ".git":
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        shutil.copytree(self.folder / side, self.folder / "work", dirs_exist_ok=True, symlinks=True)
        self.commit = self.checkout.push(side)

    def ask(self) -> None:
        """Have Flux look now."""
        for source in self.api.list(SOURCE, "GitRepository", self.flux):
            about = {"metadata": {"annotations": {REQUESTED: str(time.time_ns())}}}
            self.api.patch(SOURCE, "GitRepository", source["metadata"]["name"], self.flux, about)

    def is_done(self) -> str:
        """Why it is not yet as it will stay; "" where it is."""
        for one in self.api.list(SOURCE, "GitRepository", self.flux):
            revision = str(((one.get("status") or {}).get("artifact") or {}).get("revision", ""))
            if not revision.endswith(self.commit):
                return f"{one['metadata']['name']} has {revision or 'nothing'}"
        for one in self.api.list(KUSTOMIZE, "Kustomization", self.flux):
            if not self._has_answered(one):
                return describe(one)
        return ""

    def _has_answered(self, one: Body) -> bool:
        if one["spec"].get("suspend") or is_ready_at(one, self.commit):
            return True
        tried = str((one.get("status") or {}).get("lastAttemptedRevision", "")).endswith(self.commit)
        refused = condition(one, "Ready") == "False" and (tried or "ependenc" in why(one) or "not found" in why(one))
        return refused and (is_settled(one) or condition(one, "Reconciling") == "True")

    def answers(self) -> dict[str, Body]:
        """Its Kustomizations by name, each between two tries: in the middle of one it says nothing."""
        end = time.monotonic() + SETTLE_S
        while True:
            found = {one["metadata"]["name"]: one for one in self.api.list(KUSTOMIZE, "Kustomization", self.flux)}
            trying = [one for one in found.values() if condition(one, "Ready") == "Unknown"]
            if not trying or time.monotonic() > end:
                return found
            time.sleep(0.2)

    def fewest_ready(self) -> dict[Ref, int]:
        """Of every workload that had pods; asked at once, since the API server forgets."""
        if self.before is None:
            return {}
        histories = {name: self.api.history("v1", "Pod", name, since) for name, since in self.before.versions.items()}
        return {
            ref: fewest_ready(histories.get(ref.namespace, []), pods, ref.name)
            for ref, pods in self.before.pods.items()
        }

    def look(self) -> Seen:
        return look(self.api, kinds_of(self.folder / "base", self.folder / "head"), f"-{self.number}")


def objects(file: Path) -> list[Body]:
    """The documents of a file that are objects."""
    return [one.body for one in read(file.read_bytes(), file=file.name) if isinstance(one.body, dict)]


def settle(plays: list[Play], *, within_s: float = SETTLE_S) -> Iterator[tuple[Play, str]]:
    """Wait until every play stands still for a while; yields those that do not in time, and why."""
    end, quiet_since = time.monotonic() + within_s, dict.fromkeys(range(len(plays)), 0.0)
    left = dict(enumerate(plays))
    said: dict[int, str] = {}
    while left and time.monotonic() < end:
        for index, play in list(left.items()):
            provision(play.api, f"-{play.number}")
            said[index] = play.is_done() or unsteady(play)
            now = time.monotonic()
            quiet_since[index] = 0.0 if said[index] else quiet_since[index] or now
            if quiet_since[index] and now - quiet_since[index] > QUIET_S:
                del left[index]
        time.sleep(0.3)
    yield from ((play, said.get(index, "")) for index, play in left.items())


def unsteady(play: Play) -> str:
    """A pod that comes or goes."""
    for pod in play.api.list("v1", "Pod"):
        about = pod["metadata"]
        if about["namespace"].endswith(f"-{play.number}"):
            phase = (pod.get("status") or {}).get("phase")
            if "deletionTimestamp" in about or (phase == "Running" and condition(pod, "Ready") != "True"):
                return f"pod {about['name']} is not settled"
    return ""
