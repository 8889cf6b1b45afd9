"""Spark's settings: those that follow from words, and all of them as Spark gets them from the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.spec.traits.object_store import ObjectStore
    from bayplan.spec.workloads.spark_job import SparkJob

DRIVER_PORT, BLOCKS_PORT = 7078, 7079
"""Where driver and executors answer each other."""


def settings(job: SparkJob, *more: dict[str, str]) -> dict[str, str]:
    """`sparkConf`: what the job says, how its pods talk, and what else no field says."""
    return dict(sorted((job.settings | _talk() | {key: value for one in more for key, value in one.items()}).items()))


def _talk() -> dict[str, str]:
    # past the mesh's proxy, which knows no pods by their address; so Spark itself tells friend from foe, and encrypts
    return {
        "spark.authenticate": "true",
        "spark.blockManager.port": str(BLOCKS_PORT),
        "spark.driver.blockManager.port": str(BLOCKS_PORT),
        "spark.driver.port": str(DRIVER_PORT),
        "spark.network.crypto.enabled": "true",
    }


def hadoop_settings(store: ObjectStore | None) -> dict[str, str] | None:
    """`hadoopConf`: where `s3a://` leads. Credentials are in the environment, where Hadoop looks for them by itself.

    Source: <https://hadoop.apache.org/docs/stable/hadoop-aws/tools/hadoop-aws/index.html#Authenticating_with_S3>
    """
    if store is None:
        return None
    said = {
        "fs.s3a.endpoint": store.endpoint,
        "fs.s3a.endpoint.region": store.region,
        "fs.s3a.path.style.access": "true" if store.path_style else None,
        "fs.s3a.connection.ssl.enabled": "false" if (store.endpoint or "").startswith("http:") else None,
    }
    return {key: value for key, value in said.items() if value} or None


def spark_settings(body: Body) -> dict[str, str]:
    """Every setting that the operator hands to `spark-submit` for a rendered job, but those that make pods.

    For whoever runs it elsewhere: `pyspark` takes them as they are.
    Source: internal/controller/sparkapplication/submission.go of the operator, 2.5.2.
    """
    spec = body["spec"]["template"] if body["kind"] == "ScheduledSparkApplication" else body["spec"]
    found: dict[str, str] = {**spec.get("sparkConf", {})}
    found |= {f"spark.hadoop.{key}": value for key, value in spec.get("hadoopConf", {}).items()}
    for role in ("driver", "executor"):
        part = spec[role]
        words = {"cores": "cores", "memory": "memory", "memoryOverhead": "memoryOverhead", "instances": "instances"}
        found |= {f"spark.{role}.{name}": str(part[key]) for key, name in words.items() if key in part}
    moving = spec.get("dynamicAllocation", {})
    words = {"enabled": "enabled", "minExecutors": "minExecutors", "maxExecutors": "maxExecutors"}
    words |= {"initialExecutors": "initialExecutors", "shuffleTrackingEnabled": "shuffleTracking.enabled"}
    found |= {f"spark.dynamicAllocation.{name}": _text(moving[key]) for key, name in words.items() if key in moving}
    return dict(sorted(found.items()))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
