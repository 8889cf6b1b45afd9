"""Who may call a workload."""

from __future__ import annotations

from bayplan.spec.word import Word


class Access(Word):
    """Callers by name. Everybody else inside the platform is refused, by the network and by identity."""

    callers: tuple[str, ...] = ()
    """Workloads that may call: `"web"` of the same app, `"shop/web"` of another. The gateway may where `expose` is set."""
