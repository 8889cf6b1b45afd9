"""A program that learns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.labels import labels, selector
from bayplan.render.outside import blocks
from bayplan.render.training.pods import CHECKPOINTS, claim_of
from bayplan.render.training.run import run_of
from bayplan.render.traits.storage import Storage
from bayplan.render.workloads.job import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Place, Site
    from bayplan.spec.workloads.training_job import TrainingJob as Spec

HTTPS = 443
"""NetworkPolicies know no host names."""


class TrainingJob(Job):
    """A TrainJob or a JobSet, named by what it runs; what it keeps, and its policies, are called as the workload."""

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        workload: Spec,
        place: Place,
    ) -> None:
        # without room it is not there, rather than pods that wait for ever
        runs = [] if place.waits else [run_of(workload, place)]
        bare = replace(place, site=replace(place.site, mesh=None))  # its pods have no proxy that policies could be for
        super().__init__(scope, id, workload=workload, place=bare, runs=runs)
        ApiObject(self, "NetworkPolicy-together", body=_together(workload, place.site), origin=workload.origin)
        kept = workload.checkpoints
        if kept and kept.size:
            Storage(
                self,
                f"PersistentVolumeClaim-{CHECKPOINTS}",
                name=claim_of(workload),
                site=place.site,
                size=kept.size,
                storage_class=kept.type or place.berth.storage_class or None,
                shared=kept.shared,
                workload=workload.name,
                origin=kept.origin or workload.origin,
            )


def _together(job: Spec, site: Site) -> Body:
    """Its own pods talk to each other on any port: frameworks choose many of them by chance."""
    own = {"podSelector": {"matchLabels": selector(job.name)}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        # a name with a dot, so that it is no workload's
        "metadata": {"name": f"{job.name}.together", "namespace": site.app, "labels": labels(site, job.name)},
        "spec": {
            "podSelector": own["podSelector"],
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": [own]}],
            "egress": [{"to": [own]}, *_to_store(job)],
        },
    }


def _to_store(job: Spec) -> Iterator[Body]:
    """Out to object stores, which are asked by HTTPS; for any other place of checkpoints the app names an External."""
    url = job.checkpoints.url if job.checkpoints else None
    if url and not url.startswith("hdfs:"):
        yield {"to": blocks(), "ports": [{"protocol": "TCP", "port": HTTPS}]}
