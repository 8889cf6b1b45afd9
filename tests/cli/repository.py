"""A small repository on disk, and a way to run bayplan in it as a user does."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHOP = """\
from bayplan import App, Autoscale, Expose, Resources, Service

app = App(
    name="shop",
    team="web",
    workloads=[
        Service(
            name="front",
            image="registry.example.com/web/front:v1@sha256:1f6bd9b7a6b0a0e9a4a3b5d7d6a1a3f0d9c8b7a6958473625140f0e1d2c3b4a5",
            resources=Resources(cpu="500m", memory="256Mi"),
            autoscale=Autoscale(min=2, max=6),
            expose=Expose(host="shop.example.com"),
        ),
    ],
)
"""
BOT = """\
name: bot
team: support
workloads:
  - kind: Service
    name: api
    image: registry.example.com/support/api:v2@sha256:2f6bd9b7a6b0a0e9a4a3b5d7d6a1a3f0d9c8b7a6958473625140f0e1d2c3b4a5
    replicas: 2
    access:
      callers: [shop/front]
"""
EAST = """\
name: east
region: us-east-1
kubernetes: "1.37"
controllers: {flux: "2.9", istio: "1.31", istio-cni: "1.31"}
source: {url: "https://git.example.com/platform/fleet"}
pools:
  - {name: general, instance: m7i.xlarge, zones: [a, b], nodes: {min: 2, max: 6}}
"""


@dataclass(frozen=True)
class Repository:
    """A repository on disk."""

    root: Path

    def write(self, path: str, text: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text()
        assert old in text, f"{path} does not hold {old!r}: the test is out of date"
        self.write(path, text.replace(old, new, 1))

    def run(
        self, *arguments: str, timeout: float = 120, environment: Mapping[str, str] = os.environ
    ) -> subprocess.CompletedProcess[str]:
        environment = {**environment, "NO_COLOR": "1", "PYTHONHASHSEED": "random"}
        return subprocess.run(
            [sys.executable, "-m", "bayplan", *arguments],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def bytes_of(self, *folders: str) -> dict[str, str]:
        """Every file below some folders, by content."""
        return {
            file.relative_to(self.root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
            for folder in folders
            for file in sorted((self.root / folder).rglob("*"))
            if file.is_file()
        }
