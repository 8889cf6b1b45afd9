"""What workloads need of the clusters that they run on: controllers, in versions that know enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.platform import runs_on
from bayplan.spec.queueing.job import has_queue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.complaint import Complaint
    from bayplan.spec.agreement import Apps, Clusters


def disagreements(apps: Apps, clusters: Clusters) -> Iterator[Complaint]:
    """Workloads on clusters that lack what they need, each once: by the first cluster that does."""
    for app, source in apps:
        here = [cluster for cluster, _ in clusters if runs_on(app, cluster)]
        for number, workload in enumerate(app.workloads):
            lacking = (list(workload.missing_on(cluster)) for cluster in here)
            found = next((wrongs for wrongs in lacking if wrongs), []) + list(workload.missing_in(app))
            if workload.in_queue and any(has_queue(cluster, app.team) for cluster in here):
                found += workload.unfit_for_queues()
            for wrong in found:
                yield source.place(f"/workloads/{number}{wrong.at}").complain(wrong.what, wrong.fix)
