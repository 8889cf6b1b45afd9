"""A controller as a lab runs it: one process of it, with webhooks on loopback and nobody to elect."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bayplan import atomic_file
from bayplan.lab.control_plane import Program
from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bayplan.lab.api import Api
    from bayplan.lab.layout import Layout
    from bayplan.lab.parts import Parts

    Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a controller listens and finds its things; no other lab has the same."""

    home: Path
    """Its own folder; TMPDIR too: some look for their certificate below it."""
    certificates: Path
    """tls.crt and tls.key, for 127.0.0.1."""
    webhook: int
    health: int
    ports: Mapping[str, int]
    """Of all parts of the lab."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One controller that a lab can run."""

    controller: str
    """As clusters declare it, and as .cache/install/ and .cache/crds/ name its files."""
    binary: str
    """Name of the program in .cache/bin/."""
    name: str = ""
    """Of the process, where a controller has several; layout.RUNNABLE has it."""
    configuration: Callable[[Place], Body] | None = None
    """What is in its configuration file; None where it has flags alone."""
    flags: Callable[[Place], tuple[str, ...]] = field(default=lambda _: ())
    environment: Callable[[Place, Layout, Parts], dict[str, str]] = field(default=lambda *_: {})
    """What it needs to know beside the API server's address."""
    why_not: Callable[[Parts], str] = field(default=lambda _: "")
    """Why something else that it starts is not there; "" where it is."""
    ready: str = "readyz"
    """Where it says that it serves."""
    namespace: str = ""
    """Namespace that it lives in, where it looks for something there."""
    secret: str = ""
    """Secret there in which it looks for its certificate."""
    installs: bool = True
    """Whether it has webhooks or built-in objects."""
    once_up: Callable[[Api, Layout, str], None] = field(default=lambda *_: None)
    """What is registered once it answers; told who has signed its certificate, as webhooks want it."""
    guards_all: bool = False
    """Whether its install manifests name one namespace as an example, for its webhooks to look at alone."""

    @property
    def process(self) -> str:
        """Name of its process."""
        return self.name or self.controller

    def place(self, layout: Layout) -> Place:
        """Where it is in a lab."""
        return Place(
            home=layout.path / "operators" / self.process,
            certificates=layout.path / "operators" / "certificates",
            webhook=layout.ports[f"{self.process}-webhook"],
            health=layout.ports[f"{self.process}-health"],
            ports=layout.ports,
        )

    def program(self, layout: Layout, parts: Parts) -> Program:
        """Its command line; writes its configuration."""
        place = self.place(layout)
        for folder in (place.home, place.home / "k8s-webhook-server"):
            folder.mkdir(parents=True, exist_ok=True)
        # where controller-runtime looks for a certificate if nobody says where it is
        (place.home / "k8s-webhook-server" / "serving-certs").symlink_to(place.certificates)
        flags = list(self.flags(place))
        if self.configuration:
            file = place.home / "configuration.json"
            atomic_file.write(file, json.dumps(self.configuration(place), indent=1) + "\n")
            flags.append(f"--config={file}")
        return Program(
            name=self.process,
            command=(str(parts.binary(self.binary)), *flags),
            environment={
                "KUBECONFIG": str(layout.kubeconfig),
                "TMPDIR": str(place.home),
                **self.environment(place, layout, parts),
            },
            ready=f"http://{LOOPBACK}:{place.health}/{self.ready}",
        )
