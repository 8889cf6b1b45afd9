from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from bayplan.complaint import BadInput
from bayplan.spec.load import load

if TYPE_CHECKING:
    from pathlib import Path

CLUSTER = """\
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {flux: "2.9", istio: "1.31"}
source: {url: "https://git.example.com/platform.git"}
pools:
  - name: general
    instance: m7i.xlarge
    zones: [a, b]
    nodes: {min: 2, max: 6}
"""


def needs_sandbox() -> bool:
    """Leaves a test for the sandbox out where this machine gives none; else it is true."""
    try:
        told = subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True, text=True, check=False)  # noqa: S607
    except FileNotFoundError:
        pytest.skip("the sandbox is made for Linux")
    if told.returncode:
        pytest.skip(f"this machine gives no sandbox: {told.stderr.strip()}")
    return True


class Repository:
    """A small repository of one cluster, to which a test adds apps."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("clusters/lab/cluster.yaml", CLUSTER)

    def write(self, path: str, text: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def change_cluster(self, old: str, new: str) -> None:
        assert old in CLUSTER
        self.write("clusters/lab/cluster.yaml", CLUSTER.replace(old, new))

    def complaints(self, seconds: float = 10.0, *, sandbox: bool = False) -> list[str]:
        """What is wrong, one line each: place and words, then what to do."""
        with pytest.raises(BadInput) as bad:
            load(self.root, seconds=seconds, sandbox=sandbox)
        return [str(complaint).replace("\n   ", "") for complaint in bad.value.complaints]
