"""How the pods of training jobs are made, where Kubeflow Trainer makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.training.run import runtime_of
from bayplan.spec.workloads.training_job import TrainingJob

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from constructs import Construct

    from bayplan.render.site import Place
    from bayplan.spec.app import App


def training_runtimes(scope: Construct, apps: Iterable[App], places: Mapping[tuple[str, str], Place]) -> None:
    """One for each job; `places` are by names of app and workload."""
    for app in apps:
        for workload in app.workloads:
            if isinstance(workload, TrainingJob):
                body = runtime_of(workload, places[app.name, workload.name])
                if body:
                    name = f"TrainingRuntime-{app.name}-{workload.name}"
                    ApiObject(scope, name, body=body, origin=workload.origin)
