"""A Spark application has what the webhook of its operator refuses.

Flux stops with everything that is applied with it. The operator makes Services from the name, so that it begins with a
letter and has no dot; it takes templates of pods from Spark 3 on; nodes are chosen for the whole or for driver and
executors, and not for both; and settings that decide who may do what, in which image and namespace, are fields of the
object and not of `sparkConf`. Of a ScheduledSparkApplication it looks at the name and at `sparkConf` alone: whatever
else is wrong, each of its runs is refused, and nobody is told.

Source: <https://github.com/kubeflow/spark-operator/tree/v2.5.2/internal/webhook>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import step
from bayplan.validation.fields import is_variable, mapping_at, text_at, texts_at, value_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

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
  sparkVersion: 4.0.1
  mainApplicationFile: local:///app/chat.py
  sparkConf: {spark.kubernetes.authenticate.driver.serviceAccountName: chat}
  driver: {}
  executor: {}
"""
GOOD = BAD.replace("sparkConf: {spark.kubernetes.authenticate.driver.serviceAccountName: chat}", "sparkConf: {}")
NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
LONGEST = 63
STAMP = len("-1234567890123456789")
"""The time in nanoseconds, by which runs differ unless the operator is told otherwise."""
NAMESPACE = "spark.kubernetes.namespace"
DENIED = re.compile(
    r"spark\.(master|kubernetes\.(driver\.master|(driver\.|executor\.)?container\.image"
    r"|authenticate\.((driver|executor)\.serviceAccountName|((driver|executor)\.)?oauthToken(File)?)))"
)
ROLES = ("driver", "executor")


@rule(
    "WRK021",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=("ScheduledSparkApplication.sparkoperator.k8s.io", "SparkApplication.sparkoperator.k8s.io"),
    fix="say it by the field that the operator has for it",
)
def spark_application_is_refused(application: Manifest, _: World) -> Iterator[Hit]:
    """Judge it as the webhook does."""
    name = application.ref.name
    is_scheduled = application.ref.kind == "ScheduledSparkApplication"
    path = ("spec", "template") if is_scheduled else ("spec",)
    if is_scheduled and LONGEST - STAMP < len(name) <= LONGEST and not is_variable(name):
        told = f"{len(name)} characters, and each run puts {STAMP} behind them: more than {LONGEST}, so it is refused"
        yield Hit("/metadata/name", told)
    if not is_variable(name) and (len(name) > LONGEST or not NAME.fullmatch(name)):
        told = "must begin with a letter and have small letters, digits and `-` alone"
        yield Hit("/metadata/name", f"{name} {told}, at most {LONGEST}")
    body, where = mapping_at(application.body, *path), "/" + "/".join(path)
    yield from of_settings(body, application.ref.namespace, f"{where}/sparkConf")
    yield from of_roles(body, where)
    yield from of_ingresses(body, f"{where}/driverIngressOptions")


def of_settings(body: dict[str, Any], namespace: str, where: str) -> Iterator[Hit]:
    """Settings that are not an application's to set."""
    for key, value in sorted(texts_at(body, "sparkConf").items()):
        if DENIED.fullmatch(key):
            yield Hit(
                step(where, key), f"{key} is not to be set here: the operator has a field for it, or sets it itself"
            )
        elif key == NAMESPACE and value != namespace and not is_variable(value + namespace):
            yield Hit(step(where, key), f"{key} is {value}; the application is in {namespace}")


def of_roles(body: dict[str, Any], where: str) -> Iterator[Hit]:
    """Templates, and nodes that are chosen twice."""
    version = re.match(r"v?([0-9]+)", text_at(body, "sparkVersion"))
    for role in ROLES:
        if value_at(body, role, "template") is not None and version and int(version[1]) < 3:
            told = f"has a template of pods, which Spark {text_at(body, 'sparkVersion')} does not know: 3.0.0 does"
            yield Hit(f"{where}/{role}/template", told)
        if value_at(body, "nodeSelector") is not None and value_at(body, role, "nodeSelector") is not None:
            yield Hit(f"{where}/{role}/nodeSelector", "chooses nodes, and so does the application as a whole")


def of_ingresses(body: dict[str, Any], where: str) -> Iterator[Hit]:
    """Ports and addresses by which a driver is reached, each once."""
    options = value_at(body, "driverIngressOptions")
    seen: set[object] = set()
    for index, one in enumerate(options if isinstance(options, list) else ()):
        if value_at(one, "servicePort") is None:
            yield Hit(f"{where}/{index}", "has no servicePort")
        if not text_at(one, "ingressURLFormat"):
            yield Hit(f"{where}/{index}", "has no ingressURLFormat")
        for key in ("servicePort", "ingressURLFormat"):
            value = value_at(one, key)
            if value and (key, value) in seen:
                yield Hit(f"{where}/{index}/{key}", f"{value} is there twice")
            seen.add((key, value))
