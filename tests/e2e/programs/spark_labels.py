"""Counts the labels of a CSV file into Parquet, and prints how Spark reads its settings, and the pods that follow."""

import json
import sys

from pyspark.sql import SparkSession

HADOOP = "spark.hadoop."
spark = SparkSession.builder.getOrCreate()
jvm, conf = spark.sparkContext._jvm, spark.sparkContext._jsc.sc().conf()
find = jvm.org.apache.spark.internal.config.ConfigEntry.findEntry


def companion(name: str):  # noqa: ANN201 - as Py4J has it
    """A Scala object."""
    return getattr(getattr(jvm, name + "$"), "MODULE$")


def read(key: str) -> str | None:
    """What Spark makes of a setting: MiB, a number, a truth. None where it has no such setting."""
    entry = find(key)
    return None if entry is None else str(conf.get(entry)).removeprefix("Some(").removesuffix(")")


counts = spark.read.csv(sys.argv[1], header=True).groupBy("label").count()
counts.write.parquet(sys.argv[2])

profiles = companion("org.apache.spark.resource.ResourceProfile")
profile = profiles.getOrCreateDefaultProfile(conf)
pod = profiles.getResourcesForClusterManager(
    profile.id(),
    profile.executorResources(),
    conf.get(find("spark.executor.minMemoryOverhead")),
    conf.get(find("spark.executor.memoryOverheadFactor")),
    conf,
    True,
    companion("scala.collection.immutable.Map").empty(),
)
keys = [key for key, _ in spark.sparkContext.getConf().getAll()]
files = [key.removeprefix(HADOOP) for key in keys if key.startswith(HADOOP)]
hadoop = spark.sparkContext._jsc.hadoopConfiguration()
told = {
    "counts": {row["label"]: row["count"] for row in spark.read.parquet(sys.argv[2]).collect()},
    "executor_pod_mib": pod.totalMemMiB(),
    "executors_at_first": companion("org.apache.spark.util.Utils").getDynamicAllocationInitialExecutors(conf),
    "hadoop": {key: hadoop.get(key) for key in files},
    "settings": {key: read(key) for key in keys if not key.startswith(HADOOP)},
}
print(json.dumps(told, sort_keys=True), flush=True)
