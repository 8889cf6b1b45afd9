"""All queues of a cluster with what they count: what is rendered, and what admissions are told from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayplan.spec.queueing.flavor import DISK
from bayplan.spec.queueing.job import waits_in_queue
from bayplan.spec.queueing.share import covered_by, share_out, share_out_cohorts
from bayplan.spec.queueing.tree import grow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster
    from bayplan.spec.queueing.share import Share
    from bayplan.spec.queueing.tree import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The queues of a cluster."""

    shares: Mapping[str, Share]
    """By team."""
    cohorts: Mapping[str, Share]
    """By name."""
    covered: Mapping[str, tuple[str, ...]]
    """The resources that each counts, sorted."""

    def tree(self) -> dict[str, Node]:
        """The queues by their team, each in its cohort, with nothing used."""
        return grow(self.shares, self.cohorts, self.covered)


def offers(cluster: Cluster, apps: Iterable[App]) -> Offer:
    """The queues of a cluster, for the apps that run on it."""
    shares, cohorts = share_out(cluster), share_out_cohorts(cluster)
    asked = _asked(apps)
    covered = {team: covered_by(share, asked.get(team, ())) for team, share in shares.items()}
    everything = {name for names in asked.values() for name in names}
    covered |= {name: covered_by(share, everything) for name, share in cohorts.items() if share.cells}
    return Offer(shares=shares, cohorts=cohorts, covered=dict.fromkeys(cohorts, ()) | covered)


def _asked(apps: Iterable[App]) -> dict[str, set[str]]:
    """What the jobs of each team ask for besides CPU, memory and accelerators."""
    asked: dict[str, set[str]] = {}
    for app in apps:
        for workload in app.workloads:
            if waits_in_queue(workload):
                for group in workload.groups:
                    disk = {DISK} if group.resources.ephemeral else set()
                    asked.setdefault(app.team, set()).update({*group.resources.others} | disk)
    return asked
