"""A program on Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.content_hash import once_metadata
from bayplan.render.labels import labels
from bayplan.render.spark.pods import memory_settings, role, volumes
from bayplan.render.spark.settings import BLOCKS_PORT, DRIVER_PORT, hadoop_settings, settings
from bayplan.render.traits.siblings import API_SERVER_PORTS, Siblings
from bayplan.render.workloads.job import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Place
    from bayplan.spec.workloads.spark_job import SparkJob as Spec

API = "sparkoperator.k8s.io/v1beta2"
WHEN = ("deadline", "retries")
"""Words that change how a run ends, not what it does."""
OVERLAP = {"skip": "Forbid", "replace": "Replace"}
RETRY_SECONDS = 30


class SparkJob(Job):
    """A SparkApplication, named by what it runs, or a ScheduledSparkApplication; with the rights to make executors.

    In a mesh its pods carry the proxy for their calls to others. Among themselves they talk past it: executors find
    each other by the addresses of their pods, for which a proxy has no certificate to expect.
    Source: <https://www.kubeflow.org/docs/components/spark-operator/user-guide/>
    """

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        workload: Spec,
        place: Place,
    ) -> None:
        runs = [] if place.waits else [*_rights(workload, place), _object(workload, place)]
        super().__init__(scope, id, workload=workload, place=place, runs=runs)
        Siblings(
            self,
            name=workload.name,
            site=place.site,
            ports=(DRIVER_PORT, BLOCKS_PORT),
            outside_ports=(*API_SERVER_PORTS, *([workload.s3.port] if workload.s3 else [])),
            origin=workload.origin,
        )


def _object(job: Spec, place: Place) -> Body:
    if job.schedule is None:
        metadata = once_metadata(job, place.site, besides=WHEN)
        return {"apiVersion": API, "kind": "SparkApplication", "metadata": metadata, "spec": _application(job, place)}
    # runs take over the labels, that of the queue among them
    marks = once_metadata(job, place.site)["labels"]
    return {
        "apiVersion": API,
        "kind": "ScheduledSparkApplication",
        "metadata": {"name": job.name, "namespace": place.site.app, "labels": marks},
        "spec": {
            "schedule": job.schedule,
            "timeZone": job.time_zone,
            "concurrencyPolicy": OVERLAP[job.overlap],
            "successfulRunHistoryLimit": job.keep_succeeded,
            "failedRunHistoryLimit": job.keep_failed,
            "template": _application(job, place),
        },
    }


def _application(job: Spec, place: Place) -> Body:
    driver, executor = (role(job, group, place) for group in job.groups)
    return {
        "type": "Python" if job.is_python else "Scala",
        "mode": "cluster",
        "pythonVersion": "3" if job.is_python else None,
        "image": job.image,
        "imagePullSecrets": [place.pull_secret] if place.pull_secret else None,
        "sparkVersion": job.spark,
        "mainClass": job.main_class,
        "mainApplicationFile": job.file,
        "arguments": list(job.args) or None,
        "sparkConf": settings(job, *_unsaid(job, place)),
        "hadoopConf": hadoop_settings(job.s3),
        "hadoopConfigMap": job.hadoop,
        "volumes": volumes(job, place),
        "restartPolicy": {
            "type": "OnFailure",
            "onFailureRetries": job.retries,
            "onFailureRetryInterval": RETRY_SECONDS,
            "onSubmissionFailureRetries": job.retries,
            "onSubmissionFailureRetryInterval": RETRY_SECONDS,
        },
        "driver": driver,
        "executor": {**executor, "instances": job.executors, "deleteOnTermination": True},
        "dynamicAllocation": _moving(job),
    }


def _unsaid(job: Spec, place: Place) -> Iterator[dict[str, str]]:
    """How the memory of pods is divided, where fields say only how much it is."""
    if place.site.queue:
        for group in job.groups:
            yield {f"spark.{group.name}.{key}": text for key, text in memory_settings(job, group).items()}


def _moving(job: Spec) -> Body | None:
    if job.executors_max is None:
        return None
    return {
        "enabled": True,
        "initialExecutors": job.executors,
        "minExecutors": job.executors,
        "maxExecutors": job.executors_max,
        "shuffleTrackingEnabled": True,  # there is no shuffle service: who holds what others need stays
    }


def _rights(job: Spec, place: Place) -> Iterator[Body]:
    """What a driver may do in the app's namespace: make its executors, and what they need.

    Source: charts/spark-operator-chart/templates/spark/rbac.yaml of the operator, 2.5.2.
    """
    metadata = {"name": job.name, "namespace": place.site.app, "labels": labels(place.site, job.name)}
    group = "rbac.authorization.k8s.io"
    verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
    objects = ["configmaps", "persistentvolumeclaims", "pods", "services"]
    rules = [{"apiGroups": [""], "resources": objects, "verbs": verbs}]
    yield {"apiVersion": f"{group}/v1", "kind": "Role", "metadata": metadata, "rules": rules}
    yield {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": group, "kind": "Role", "name": job.name},
        "subjects": [{"kind": "ServiceAccount", "name": job.name, "namespace": place.site.app}],
    }
