"""The objects that everybody in the bench is given: ten kinds of one workload each, as a platform renders them.

Seeded, so that every run and every peer has the same; references hold, so that no rule has anything to say.
"""

from __future__ import annotations

import random
from typing import Any

Body = dict[str, Any]
KINDS_PER_WORKLOAD, WORKLOADS_PER_APP = 10, 10
PORT = 8080


def charts(count: int) -> dict[str, list[Body]]:
    """`count` objects (a multiple of 100), a hundred a chart: chart name to bodies."""
    chance = random.Random(count)  # noqa: S311 - the same objects in every run, no secret
    apps = [f"app-{number:04d}" for number in range(count // (KINDS_PER_WORKLOAD * WORKLOADS_PER_APP))]
    return {
        app: [body for number in range(WORKLOADS_PER_APP) for body in workload(app, f"worker-{number}", chance)]
        for app in apps
    }


def workload(app: str, name: str, chance: random.Random) -> list[Body]:
    """What one service becomes."""
    labels = {"app.kubernetes.io/name": name}
    low = chance.randint(2, 6)
    scaled = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    most = {"minReplicas": low, "maxReplicas": low * 4, "metrics": [cpu_metric(chance.randint(5, 9) * 10)]}
    host = f"{name}.{app}.svc.cluster.local"
    caller = f"cluster.local/ns/{app}/sa/worker-{chance.randrange(WORKLOADS_PER_APP)}"
    ports = [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP", "appProtocol": "http"}]
    route = {"destination": {"host": host, "port": {"number": 80}}}
    specs: list[tuple[str, str, Body]] = [
        ("apps/v1", "Deployment", {"spec": deployment(name, labels, chance)}),
        ("v1", "Service", {"spec": {"type": "ClusterIP", "selector": labels, "ports": ports}}),
        ("v1", "ServiceAccount", {"automountServiceAccountToken": False}),
        ("v1", "ConfigMap", {"data": settings(chance)}),
        ("autoscaling/v2", "HorizontalPodAutoscaler", {"spec": {"scaleTargetRef": scaled, **most}}),
        ("policy/v1", "PodDisruptionBudget", {"spec": {"maxUnavailable": 1, "selector": {"matchLabels": labels}}}),
        ("networking.k8s.io/v1", "NetworkPolicy", {"spec": network(labels)}),
        ("networking.istio.io/v1", "VirtualService", {"spec": {"hosts": [host], "http": [{"route": [route]}]}}),
        ("networking.istio.io/v1", "DestinationRule", {"spec": {"host": host, "trafficPolicy": policy()}}),
        (
            "security.istio.io/v1",
            "AuthorizationPolicy",
            {
                "spec": {
                    "selector": {"matchLabels": labels},
                    "action": "ALLOW",
                    "rules": [{"from": [{"source": {"principals": [caller]}}]}],
                }
            },
        ),
    ]
    metadata = {
        "name": name,
        "namespace": app,
        "labels": {**labels, "app.kubernetes.io/part-of": app, "app.kubernetes.io/managed-by": "bench"},
        "annotations": {"bayplan.dev/origin": f"apps/{app}.py#L{chance.randint(1, 90)}"},
    }
    return [{"apiVersion": version, "kind": kind, "metadata": metadata, **rest} for version, kind, rest in specs]


def deployment(name: str, labels: dict[str, str], chance: random.Random) -> Body:
    """A Deployment with all that a careful team sets."""
    probe = {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 10}
    container = {
        "name": name,
        "image": f"registry.example.com/team/{name}:v{chance.randint(1, 40)}@sha256:{chance.randbytes(32).hex()}",
        "ports": [{"name": "http", "containerPort": PORT, "protocol": "TCP"}],
        "envFrom": [{"configMapRef": {"name": name}}],
        "env": [{"name": "LOG_LEVEL", "value": chance.choice(["info", "warning", "off", "1"])}],
        "resources": {
            "requests": {"cpu": f"{chance.randint(1, 9) * 100}m", "memory": f"{chance.randint(1, 8) * 128}Mi"},
            "limits": {"memory": "1Gi"},
        },
        "startupProbe": {**probe, "failureThreshold": 30},
        "readinessProbe": probe,
        "livenessProbe": probe,
        "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 - a path in a container
    }
    pod = {
        "serviceAccountName": name,
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 35,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "topologySpreadConstraints": [spread("topology.kubernetes.io/zone", labels)],
        "containers": [container],
        "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}],
    }
    return {
        "selector": {"matchLabels": labels},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "template": {"metadata": {"labels": labels}, "spec": pod},
    }


def spread(key: str, labels: dict[str, str]) -> Body:
    """Replicas apart from each other."""
    return {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": labels},
    }


def settings(chance: random.Random) -> dict[str, str]:
    """Texts that look like other types, as settings do."""
    return {
        "ENDPOINT": f"http://worker-{chance.randrange(WORKLOADS_PER_APP)}:80/v1",
        "VERBOSE": chance.choice(["yes", "no", "on", "true"]),
        "TIMEOUT": chance.choice(["1e3", "30", "0o17", "1:30"]),
        "PROMPT": "You answer in one sentence.\nYou never guess.\n",
    }


def cpu_metric(percent: int) -> Body:
    """Scale on a share of the promised CPU."""
    return {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": percent}},
    }


def network(labels: dict[str, str]) -> Body:
    """Only pods of the same namespace may call."""
    return {
        "podSelector": {"matchLabels": labels},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {}}], "ports": [{"port": "http", "protocol": "TCP"}]}],
    }


def policy() -> Body:
    """Mutual TLS, and replicas that fail are left alone for a while."""
    return {
        "tls": {"mode": "ISTIO_MUTUAL"},
        "outlierDetection": {"consecutive5xxErrors": 5, "interval": "10s", "baseEjectionTime": "30s"},
    }
