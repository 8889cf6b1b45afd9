"""Who may call a workload."""

from __future__ import annotations

from bayplan.spec.many import Many
from bayplan.spec.peer import PeerName
from bayplan.spec.word import Word


class Access(Word):
    """Callers by name. Everybody else inside the platform is refused, by the network and by identity."""

    callers: Many[PeerName] = ()
    """Workloads that may call: `"web"` of the same app, `"shop/web"` of another. With `expose` the gateway may, too."""
