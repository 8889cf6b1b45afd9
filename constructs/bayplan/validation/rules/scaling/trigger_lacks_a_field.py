"""KEDA refuses a trigger that does not say what to ask.

A trigger's metadata are read when the ScaledObject is reconciled. What is missing keeps the autoscaler from being made
(or it stays as it was), and only the condition of the ScaledObject says so: the workload keeps its number of replicas
while the queue grows. Some of it may come from the trigger's authentication or, with `FromEnv`, from the pods.

Source: <https://keda.sh/docs/latest/scalers/>
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import is_variable, mapping_at, text_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule
from bayplan.validation.scaling import SCALED_JOB, SCALED_OBJECT
from bayplan.validation.triggers import triggers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: chat, namespace: chat}
spec:
  scaleTargetRef: {name: chat}
  triggers:
    - type: kafka
      metadata: {bootstrapServers: "bus.example.com:9092", topic: questions, lagThreshold: "50"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]}
"""
GOOD = BAD.replace("topic: questions", "topic: questions, consumerGroup: chat")

IN_METADATA = {
    "aws-sqs-queue": (),
    "cpu": ("value",),
    "cron": ("timezone", "start", "end", "desiredReplicas"),
    "kafka": (),
    "memory": ("value",),
    "nats-jetstream": ("stream", "consumer"),
    "rabbitmq": ("queueName",),
    "redis": ("listName",),
}
"""What stands in the metadata of a trigger and nowhere else (KEDA 2.21, pkg/scalers)."""
OR_ELSEWHERE = {
    "aws-sqs-queue": ("queueURL", "awsRegion"),
    "kafka": ("bootstrapServers", "consumerGroup"),
    "nats-jetstream": ("natsServerMonitoringEndpoint",),
    "rabbitmq": ("host",),
}
"""What may also come from the authentication, or from the environment of the pods."""
TYPES = (
    "activemq", "apache-kafka", "arangodb", "artemis-queue", "aws-cloudwatch", "aws-dynamodb",
    "aws-dynamodb-streams", "aws-kinesis-stream", "aws-sqs-queue", "azure-app-insights", "azure-blob",
    "azure-cosmosdb", "azure-data-explorer", "azure-eventhub", "azure-log-analytics", "azure-monitor",
    "azure-pipelines", "azure-queue", "azure-servicebus", "beanstalkd", "cassandra", "clickhouse", "couchdb",
    "cpu", "cron", "datadog", "dynatrace", "elastic-forecast", "elasticsearch", "etcd", "external",
    "external-mock", "external-push", "forgejo-runner", "gcp-cloudtasks", "gcp-pubsub", "gcp-spanner",
    "gcp-stackdriver", "gcp-storage", "github-runner", "graphite", "huawei-cloudeye", "ibmmq", "influxdb",
    "kafka", "kubernetes-resource", "kubernetes-workload", "liiklus", "loki", "memory", "metrics-api", "mongodb",
    "mssql", "mysql", "nats-jetstream", "new-relic", "nsq", "opensearch", "openstack-metric", "openstack-swift",
    "postgresql", "predictkube", "prometheus", "pulsar", "rabbitmq", "redis", "redis-cluster",
    "redis-cluster-streams", "redis-sentinel", "redis-sentinel-streams", "redis-streams", "selenium-grid",
    "solace-direct-messaging", "solace-event-queue", "solarwinds", "solr", "splunk", "splunk-observability",
    "sumologic", "temporal",
)  # fmt: skip
"""All types of triggers (KEDA 2.21, pkg/scaling/scalers_builder.go)."""


@rule(
    "SCL016",
    severity=Severity.LOSS,
    kinds=(SCALED_OBJECT, SCALED_JOB),
    fix="write what is missing into the trigger's metadata",
)
def trigger_lacks_a_field(scaled: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Look for what each kind of trigger must have."""
    for index, trigger in triggers_of(scaled):
        kind, metadata = text_at(trigger, "type"), mapping_at(trigger, "metadata")
        if kind not in TYPES and kind and not is_variable(kind):
            near = get_close_matches(kind, TYPES, n=1, cutoff=0.8)
            hint = f"; did you mean {near[0]}?" if near else ""
            status = Status.BROKEN if near else Status.UNKNOWN  # others may be of a KEDA that is newer
            yield Hit(pointer("spec", "triggers", index, "type"), f"KEDA 2.21 has no trigger {kind}{hint}", status)
        lacking = [field for field in IN_METADATA.get(kind, ()) if not metadata.get(field)]
        if not mapping_at(trigger, "authenticationRef"):
            fields = OR_ELSEWHERE.get(kind, ())
            lacking += [field for field in fields if not (metadata.get(field) or metadata.get(f"{field}FromEnv"))]
        if lacking:
            told = f"a trigger {kind} does not say {' and '.join(lacking)}"
            yield Hit(pointer("spec", "triggers", index, "metadata"), told)
