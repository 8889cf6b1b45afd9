"""Where one running lab keeps its things, and on which ports its parts listen."""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bayplan import atomic_file
from bayplan.complaint import BadInput, Complaint
from bayplan.lab.port import LOOPBACK, free_ports

RUNNABLE = (
    "external-secrets",
    "jobset",
    "keda",
    "keda-server",
    "kubeflow-trainer",
    "kuberay",
    "kueue",
    "lws",
    "spark-operator",
    "spark-webhooks",
)
"""Processes of controllers of workloads that a lab can run: bayplan.lab.operators."""
PORTS = (
    "etcd",
    "etcd-peer",
    "kube-apiserver",
    "kwok",
    "git",
    "metrics",
    "outside",
    "external-metrics",
    "source-controller",
    "notification-events",
    "notification-receiver",
    *(f"{name}-{what}" for name in RUNNABLE for what in ("webhook", "health")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One lab: everything that its parts have to know of each other."""

    name: str
    cluster: str
    root: str
    """Repository whose cluster it is."""
    folder: str
    scheduler: str
    """As the cluster declares it."""
    accelerators: tuple[str, ...]
    """Resources by which its pools count accelerators, sorted."""
    controllers: tuple[str, ...]
    """Those that the cluster declares: their CRDs are installed."""
    operators: tuple[str, ...] = ()
    """Those of them that run."""
    ports: dict[str, int] = field(default_factory=dict)
    token: str = ""
    """Bearer token of the one user, who may do everything."""

    @property
    def path(self) -> Path:
        """Folder of the lab."""
        return Path(self.folder)

    @property
    def kubeconfig(self) -> Path:
        """For kubectl and any other client."""
        return self.path / "kubeconfig"

    @property
    def repository(self) -> Path:
        """The bare git repository that Flux reads."""
        return self.path / "git" / "bayplan.git"

    @property
    def repository_url(self) -> str:
        """The same, as Flux sees it."""
        return f"http://{LOOPBACK}:{self.ports['git']}/bayplan.git"

    @property
    def server(self) -> str:
        """Address of the API server."""
        return f"https://{LOOPBACK}:{self.ports['kube-apiserver']}"

    def log(self, part: str) -> Path:
        """What a part has said."""
        return self.path / "logs" / f"{part}.log"

    def write(self) -> None:
        """Keep it in the lab's folder, which only its owner may enter: it holds the token."""
        atomic_file.write(self.path / "lab.json", json.dumps(asdict(self), indent=1, sort_keys=True) + "\n")


def read(folder: Path) -> Layout | None:
    """The lab of a folder, None where there is none."""
    try:
        return Layout(**json.loads((folder / "lab.json").read_text()))
    except (OSError, json.JSONDecodeError, TypeError):
        return None


def folder_of(name: str) -> Path:
    """Folder of the lab of a name. Raises BadInput for what is no name: a lab's folder is thrown away with it."""
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", name):
        what = f"'{name}' cannot be the name of a lab"
        raise BadInput([Complaint(file="--name", line=0, what=what, fix="Use a-z, 0-9 and -, at most 63 of them.")])
    return home() / name


def choose_ports(wanted: dict[str, int] | None = None) -> dict[str, int]:
    """A free port for every part; `wanted` ones are taken as they are."""
    return {**dict(zip(PORTS, free_ports(len(PORTS)), strict=True)), **(wanted or {})}


def home() -> Path:
    """Folder of all labs of this user, made when it is missing; nobody else may read it or have put it there."""
    folder = Path(os.environ.get("BAYPLAN_LABS") or Path(tempfile.gettempdir()) / f"bayplan-labs-{os.getuid()}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True, parents=True)
        about = folder.stat(follow_symlinks=False)
    except OSError as error:
        what = f"no lab can be kept there: {error.strerror}"
        raise BadInput([Complaint(file=str(folder), line=0, what=what, fix="Set TMPDIR or BAYPLAN_LABS.")]) from error
    if about.st_uid != os.getuid() or about.st_mode & 0o077:
        what = "belongs to somebody else or can be read by others: a lab keeps its key there"
        raise BadInput([Complaint(file=str(folder), line=0, what=what, fix="chmod 700 it, or set BAYPLAN_LABS.")])
    return folder
