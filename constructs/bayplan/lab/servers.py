"""The two small servers of our own that a lab needs: a git repository over HTTP, and the load of its pods."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bayplan.lab.control_plane import Program
from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from bayplan.lab.layout import Layout


def servers(layout: Layout) -> tuple[Program, ...]:
    """The forge that Flux reads from, and the metrics API that autoscalers read from."""
    git, metrics = layout.ports["git"], layout.ports["metrics"]
    forge = (sys.executable, "-m", "bayplan.lab.forge", str(layout.repository.parent), str(git))
    load = (sys.executable, "-m", "bayplan.lab.metrics", layout.folder, str(metrics))
    return (
        Program(name="forge", command=forge, ready=f"http://{LOOPBACK}:{git}/"),
        Program(name="metrics", command=load, ready=f"https://{LOOPBACK}:{metrics}/readyz"),
    )
