"""What a scenario works with: a lab that runs this repository's dist/, and commits to change it.

Every wait has a deadline and says what was last seen; nothing sleeps. See README.md for a scenario in ten lines.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bayplan.lab.furnish import add_nodes
from bayplan.lab.reconcile import await_ready, fetch
from bayplan.lab.session import Session, node_counts
from bayplan.lab.status import state
from bayplan.lab.wait import NotYet, wait_for
from bayplan.manifests.writer import write
from bayplan.manifests.yaml import read
from bayplan.spec.cluster import POOL_LABEL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bayplan.lab.api import Api, Body
    from bayplan.placement.problem import Level

ROOT = Path(__file__).resolve().parents[2]
YARD = ROOT / "tests/e2e/yard"
"""The small platform that scenarios of delivery play on: its apps need no controller that is not here."""
SYNC_S = 60
"""Seconds for a commit to be applied and every pod of it to run."""


class Scene:
    """A delivered lab and what scenarios do with it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.layout = session.lab.layout
        self.cluster = session.cluster
        self.plan = session.plan
        self.api: Api = session.lab.api
        self.tree = session.checkout.path / "dist" / session.cluster.name
        """Work tree of dist/<cluster>; change files in it within `commit`."""

    @property
    def head(self) -> str:
        """The commit that Flux should be at."""
        return self.session.checkout.git("rev-parse", "HEAD")

    def settle(self, *, only: tuple[str, ...] = (), within_s: float = SYNC_S) -> None:
        """Wait until every Kustomization (or `only` these) is Ready with the newest commit."""
        await_ready(self.api, self.head, within_s=within_s, only=only)

    @contextmanager
    def commit(self, why: str, *changes: Callable[[], object]) -> Iterator[str]:
        """Make changes to the work tree, commit, push and have Flux fetch them; afterwards `git revert` and settle."""
        for change in changes:
            change()
        commit = self.session.checkout.push(why)
        fetch(self.api, commit)
        try:
            yield commit
        finally:
            self.session.checkout.revert()
            fetch(self.api, self.head)
            self.settle()

    def edit(self, file: str, change: Callable[[Body], object]) -> Callable[[], None]:
        """A change for `commit`: of the one object in a file below dist/<cluster>, in place."""

        def edit() -> None:
            path = self.tree / file
            (document,) = read(path.read_bytes(), file=file)
            body: Body = document.body
            change(body)
            path.write_text(write(body))

        return edit

    def add(self, folder: str, file: str, body: Body) -> Callable[[], None]:
        """A change for `commit`: one more object in a folder of dist/<cluster>, named in its kustomization.yaml."""

        def add() -> None:
            (self.tree / folder / file).write_text(write(body))
            self.edit(f"{folder}/kustomization.yaml", lambda one: one["resources"].append(file))()

        return add

    def remove(self, folder: str, *files: str) -> Callable[[], None]:
        """A change for `commit`: objects taken out of a folder of dist/<cluster> and its kustomization.yaml."""

        def remove() -> None:
            def forget(one: Body) -> None:
                one["resources"] = [name for name in one["resources"] if name not in files]

            self.edit(f"{folder}/kustomization.yaml", forget)()
            for file in files:
                (self.tree / folder / file).unlink()

        return remove

    def get(self, version: str, kind: str, name: str, namespace: str | None = None) -> Body:
        """An object that must be there."""
        found = self.api.get(version, kind, name, namespace)
        assert found is not None, f"no {kind} {name}"
        return found

    def pods(self, namespace: str, name: str = "") -> list[Body]:
        """Pods of an app, or of one of its workloads, that are not on their way out."""
        labels = f"app.kubernetes.io/name={name}" if name else ""
        found = self.api.list("v1", "Pod", namespace, labels=labels)
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def await_pods(self, namespace: str, name: str, count: int, *, within_s: float = SYNC_S) -> list[Body]:
        """Wait until a workload has just so many pods, all of them running and ready."""

        def there() -> list[Body]:
            pods = self.pods(namespace, name)
            states = [state(pod) for pod in pods]
            if states != ["Running"] * count:
                raise NotYet(f"{len(pods)} pods: {', '.join(sorted(states))}")
            return pods

        return wait_for(f"{count} pods of {namespace}/{name}", there, within_s=within_s)

    def await_workload(self, workload: str, count: int) -> list[Body]:
        """The same, of a workload as plans call it: `app/workload`."""
        app, _, name = workload.partition("/")
        return self.await_pods(app, name, count)

    def wait(self, what: str, condition: Callable[[], Any], *, within_s: float = SYNC_S) -> Any:
        """Wait until `condition` no longer raises NotYet; returns what it gives."""
        return wait_for(what, condition, within_s=within_s)

    def pool_of(self, pod: Body) -> str:
        """Pool of the node that a pod sits on; "" where it sits nowhere."""
        node = pod["spec"].get("nodeName")
        return str(self.get("v1", "Node", node)["metadata"]["labels"][POOL_LABEL]) if node else ""

    def grow(self, level: Level) -> None:
        """Bring every pool to the plan's nodes of a load level, as a node autoscaler would when pods wait."""
        add_nodes(self.session.lab, self.cluster, node_counts(self.plan, level))
