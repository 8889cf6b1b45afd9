"""A Spark application is taken, and can never run.

Nobody refuses it; its driver, or the command that submits it, fails in every try, until the last one. With dynamic
allocation the fewest executors are no more than the most; of a jar that lies in the image nobody reads which class to
run; Spark keeps 300 MiB for itself and wants one and a half times as much; a volume of Spark's own directories is of
few kinds.

Source: <https://spark.apache.org/docs/latest/configuration.html#dynamic-allocation>,
<https://github.com/kubeflow/spark-operator/blob/v2.5.2/internal/controller/sparkapplication/submission.go>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mapping_at, mappings_at, text_at, whole_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.templates.spark_resources import mib

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: chat, namespace: chat}
spec:
  type: Python
  mode: cluster
  sparkVersion: 4.0.1
  mainApplicationFile: local:///app/chat.py
  dynamicAllocation: {enabled: true, minExecutors: 5, maxExecutors: 2}
  driver: {}
  executor: {}
"""
GOOD = BAD.replace("maxExecutors: 2", "maxExecutors: 8")
LEAST_HEAP_MIB = 450
LOCAL = "spark-local-dir-"
OF_LOCAL = ("emptyDir", "hostPath", "nfs", "persistentVolumeClaim")


@rule(
    "WRK022",
    severity=Severity.DOWN,
    rows=("W3",),
    kinds=("ScheduledSparkApplication.sparkoperator.k8s.io", "SparkApplication.sparkoperator.k8s.io"),
    fix="write what Spark can start with",
)
def spark_application_cannot_start(application: Manifest, _: World) -> Iterator[Hit]:
    """Judge it as the operator, spark-submit and the driver do."""
    path = ("spec", "template") if application.ref.kind == "ScheduledSparkApplication" else ("spec",)
    body, where = mapping_at(application.body, *path), "/" + "/".join(path)
    file = text_at(body, "mainApplicationFile")
    if file.endswith(".jar") and file.startswith("local:") and not text_at(body, "mainClass"):
        yield Hit(f"{where}/mainApplicationFile", "names no mainClass, and a jar in the image is not looked into")
    yield from of_allocation(mapping_at(body, "dynamicAllocation"), f"{where}/dynamicAllocation")
    for role in ("driver", "executor"):
        yield from of_role(mapping_at(body, role), f"{where}/{role}")
    for index, volume in mappings_at(body, "volumes"):
        if text_at(volume, "name").startswith(LOCAL) and not any(key in volume for key in OF_LOCAL):
            told = f"{volume['name']} is a directory of Spark's own: {', '.join(OF_LOCAL)} can be one"
            yield Hit(f"{where}/volumes/{index}", told)


def of_allocation(moving: dict[str, Any], where: str) -> Iterator[Hit]:
    """Executors that come and go."""
    if moving.get("enabled") is not True:
        return
    least, most = whole_at(moving, "minExecutors") or 0, whole_at(moving, "maxExecutors")
    if most == 0:
        yield Hit(f"{where}/maxExecutors", "0 executors at the most: the driver ends at once")
    elif most is not None and least > most:
        yield Hit(
            f"{where}/minExecutors", f"{least} executors at the least, {most} at the most: the driver ends at once"
        )


def of_role(part: dict[str, Any], where: str) -> Iterator[Hit]:
    """The pods of driver or executors."""
    heap = mib(text_at(part, "memory"))
    if heap is not None and heap < LEAST_HEAP_MIB:
        yield Hit(f"{where}/memory", f"{part['memory']} of heap; Spark does not start with less than {LEAST_HEAP_MIB}m")
