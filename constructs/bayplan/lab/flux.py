"""Command lines of Flux's controllers, as its own install manifests start them, on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.lab.control_plane import Program
from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from bayplan.lab.layout import Layout
    from bayplan.lab.parts import Parts

NAMESPACE = "flux-system"


def flux(layout: Layout, parts: Parts) -> tuple[Program, ...]:
    """The controllers that deliver a tree of plain YAML from git: source, kustomize, notification."""
    storage = f"{LOOPBACK}:{layout.ports['source-controller']}"
    events = layout.ports["notification-events"]
    receiver = layout.ports["notification-receiver"]
    own = {
        "source-controller": [
            f"--storage-path={layout.path / 'artifacts'}",
            f"--storage-addr={storage}",
            f"--storage-adv-addr={storage}",
            f"--events-addr=http://{LOOPBACK}:{events}/",
        ],
        "kustomize-controller": [
            f"--events-addr=http://{LOOPBACK}:{events}/",
            "--no-remote-bases=true",  # nothing is fetched from anywhere
            "--requeue-dependency=2s",
        ],
        "notification-controller": [f"--events-addr={LOOPBACK}:{events}", f"--receiverAddr={LOOPBACK}:{receiver}"],
    }
    return tuple(_controller(layout, parts, name, flags) for name, flags in own.items())


def _controller(layout: Layout, parts: Parts, name: str, own: list[str]) -> Program:
    flags = ["--enable-leader-election=false", "--metrics-addr=0", "--health-addr=0", "--log-encoding=json", *own]
    surroundings = {
        "KUBECONFIG": str(layout.kubeconfig),
        "RUNTIME_NAMESPACE": NAMESPACE,
        "TMPDIR": str(layout.path / "tmp"),
    }
    return Program(name=name, command=(str(parts.binary(name)), *flags), environment=surroundings)
