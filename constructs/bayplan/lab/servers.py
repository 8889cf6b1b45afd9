"""The small servers of our own that a lab needs: a git repository over HTTP, the load of its pods, what is outside."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bayplan.lab.control_plane import Program
from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from bayplan.lab.layout import Layout


def servers(layout: Layout) -> tuple[Program, ...]:
    """The forge that Flux reads from, the metrics API that autoscalers read from, and Prometheus and a secret store."""
    git, metrics, outside = (layout.ports[name] for name in ("git", "metrics", "outside"))
    forge = (sys.executable, "-m", "bayplan.lab.forge", str(layout.repository.parent), str(git))
    load = (sys.executable, "-m", "bayplan.lab.metrics", layout.folder, str(metrics))
    world = (sys.executable, "-m", "bayplan.lab.outside", layout.folder, str(outside))
    return (
        Program(name="forge", command=forge, ready=f"http://{LOOPBACK}:{git}/"),
        Program(name="metrics", command=load, ready=f"https://{LOOPBACK}:{metrics}/readyz"),
        Program(name="outside", command=world, ready=f"http://{LOOPBACK}:{outside}/readyz"),
    )
