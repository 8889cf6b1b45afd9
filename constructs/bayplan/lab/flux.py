"""Command lines of Flux's controllers, as its own install manifests start them, on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.lab.control_plane import Program
from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from bayplan.lab.layout import Layout
    from bayplan.lab.parts import Parts

NAMESPACE = "flux-system"
GATES = "CancelHealthCheckOnNewRevision=true"
"""What README.md asks of the kustomize-controller of every cluster; off by default, as of 1.9.6.

Without it, a Kustomization that waits for a broken version applies no other: not until the Deployment's
progressDeadlineSeconds have passed, or the Kustomization's timeout where nothing fails by itself. Measured here with an
image that is never there and a deadline of 40 s: a `git revert` was Ready after 40 and after 80 s, and with the gate
after 8 s. With the deadlines that are rendered it would be 6 to 15 minutes, and up to 30.
"""


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
            "--concurrent=16",  # one that waits for its pods holds up no other
            f"--feature-gates={GATES}",
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
