"""From the files that people wrote to a Platform, or to everything that is wrong with them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.complaint import BadInput, Complaint
from bayplan.spec.folder import app_files, cluster_files, shown
from bayplan.spec.recording.record import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bayplan.spec.cluster import Cluster
    from bayplan.spec.platform import Platform


def load(root: Path, *, seconds: float = 10.0, sandbox: bool = False) -> Platform:
    """Read apps/ and clusters/ of a repository; Python apps run, each for `seconds` at the most.

    With `sandbox` they see nothing but those two folders, and can change nothing; `recording.namespaces` says how.
    Raises BadInput with everything that is wrong in all files, or where this machine has no sandbox.
    """
    root = root.resolve()
    complaints: list[Complaint] = []
    apps, clusters = app_files(root, complaints), cluster_files(root, complaints)
    python = [shown(root, file) for file in apps if file.suffix == ".py"]
    stage = Stage(root, python, seconds, sandbox=sandbox) if python else None
    try:
        return _judge(root, [file for file in apps if file.suffix != ".py"], clusters, stage, complaints)
    finally:
        if stage:
            stage.close()


def load_clusters(root: Path) -> tuple[Cluster, ...]:
    """The clusters alone, sorted by name: what a tree of manifests is judged by, and nobody's Python runs for it.

    Raises BadInput with everything that is wrong in them.
    """
    from bayplan.spec.cluster import Cluster  # noqa: PLC0415
    from bayplan.spec.judge import judge, read_yaml  # noqa: PLC0415

    complaints: list[Complaint] = []
    root = root.resolve()
    fleet = judge(Cluster, read_yaml(root, cluster_files(root, complaints), complaints), complaints)
    if complaints:
        raise BadInput(complaints)
    return tuple(sorted((cluster for cluster, _ in fleet), key=lambda cluster: cluster.name))


def _judge(
    root: Path, apps: Sequence[Path], clusters: Sequence[Path], stage: Stage | None, complaints: list[Complaint]
) -> Platform:
    # read only now: the Python apps are running meanwhile
    from bayplan.spec import asked_secrets  # noqa: PLC0415
    from bayplan.spec.agreement import disagreements  # noqa: PLC0415
    from bayplan.spec.app import App  # noqa: PLC0415
    from bayplan.spec.cluster import Cluster  # noqa: PLC0415
    from bayplan.spec.judge import judge, read_yaml  # noqa: PLC0415
    from bayplan.spec.platform import Platform  # noqa: PLC0415
    from bayplan.spec.sealed import read_sealed  # noqa: PLC0415

    fleet = judge(Cluster, read_yaml(root, clusters, complaints), complaints)
    written = judge(App, read_yaml(root, apps, complaints), complaints)
    played = judge(App, stage.answer(complaints), complaints) if stage else []
    sealed = read_sealed(root, complaints)
    complete = not complaints
    complaints.extend(disagreements(written + played, fleet, complete=complete))
    complaints.extend(asked_secrets.disagreements(written + played, fleet, sealed) if complete else ())
    if complaints:
        raise BadInput(complaints)
    return Platform(
        root=root,
        apps=tuple(sorted((app for app, _ in written + played), key=lambda app: app.name)),
        clusters=tuple(sorted((cluster for cluster, _ in fleet), key=lambda cluster: cluster.name)),
        sealed=sealed,
    )
