"""All else than pods: what the API server's code refuses in each field, by the Go type that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.schema.refused import forms
from bayplan.validation.schema.refused.forms import (
    ABOVE_ZERO,
    COUNT,
    COUNT_OR_SHARE,
    LABELS,
    PORT,
    PORT_OR_NAME,
    PROTOCOL,
    PROTOCOL_OR_TCP,
    SOME,
    between,
    one_of,
)

if TYPE_CHECKING:
    from bayplan.validation.schema.refused.forms import Piece

MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_AMOUNT: Piece = {**forms.AMOUNT, "type": ["number", "string", "null"]}
_CLAIM: dict[str, Piece] = {
    "accessModes": {"items": one_of(*MODES)},
    "storageClassName": forms.OPTIONAL_SUBDOMAIN,
    "volumeMode": one_of("Block", "Filesystem"),
}
_JOB: dict[str, Piece] = {
    "activeDeadlineSeconds": COUNT,
    "backoffLimit": COUNT,
    "backoffLimitPerIndex": COUNT,
    "completionMode": one_of("NonIndexed", "Indexed"),
    "completions": COUNT,
    "managedBy": forms.MANAGER,
    "maxFailedIndexes": COUNT,
    "parallelism": COUNT,
    "podReplacementPolicy": one_of("TerminatingOrFailed", "Failed"),
    "ttlSecondsAfterFinished": COUNT,
}
_METRIC_TARGET = one_of("Utilization", "Value", "AverageValue")
_SHARES = {"maxSurge": COUNT_OR_SHARE, "maxUnavailable": COUNT_OR_SHARE}
FIELDS: dict[str, dict[str, Piece]] = {
    "apps.v1.DeploymentSpec": {
        "minReadySeconds": COUNT,
        "progressDeadlineSeconds": COUNT,
        "replicas": COUNT,
        "revisionHistoryLimit": COUNT,
    },
    "apps.v1.DeploymentStrategy": {"type": one_of("", "Recreate", "RollingUpdate")},
    "apps.v1.RollingUpdateDeployment": _SHARES,
    "apps.v1.ReplicaSetSpec": {"minReadySeconds": COUNT, "replicas": COUNT},
    "apps.v1.StatefulSetSpec": {
        "minReadySeconds": COUNT,
        "podManagementPolicy": one_of("", "OrderedReady", "Parallel"),
        "replicas": COUNT,
        "revisionHistoryLimit": COUNT,
    },
    "apps.v1.StatefulSetUpdateStrategy": {"type": one_of("", "OnDelete", "RollingUpdate")},
    "apps.v1.RollingUpdateStatefulSetStrategy": {"partition": COUNT},
    "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy": {
        "whenDeleted": one_of("", "Retain", "Delete"),
        "whenScaled": one_of("", "Retain", "Delete"),
    },
    "apps.v1.DaemonSetSpec": {"minReadySeconds": COUNT, "revisionHistoryLimit": COUNT},
    "apps.v1.DaemonSetUpdateStrategy": {"type": one_of("", "OnDelete", "RollingUpdate")},
    "apps.v1.RollingUpdateDaemonSet": _SHARES,
    "autoscaling.v2.HorizontalPodAutoscalerSpec": {"maxReplicas": ABOVE_ZERO, "minReplicas": COUNT},
    "autoscaling.v1.HorizontalPodAutoscalerSpec": {
        "maxReplicas": ABOVE_ZERO,
        "minReplicas": COUNT,
        "targetCPUUtilizationPercentage": ABOVE_ZERO,
    },
    "autoscaling.v2.CrossVersionObjectReference": {"kind": SOME, "name": SOME},
    "autoscaling.v2.MetricSpec": {"type": one_of("ContainerResource", "External", "Object", "Pods", "Resource")},
    "autoscaling.v2.MetricTarget": {"averageUtilization": ABOVE_ZERO, "type": _METRIC_TARGET},
    "autoscaling.v2.MetricIdentifier": {"name": SOME},
    "autoscaling.v2.ResourceMetricSource": {"name": SOME},
    "autoscaling.v2.ContainerResourceMetricSource": {
        "container": forms.LABEL,
        "name": forms.RESOURCE,
    },
    "autoscaling.v2.HPAScalingPolicy": {
        "periodSeconds": between(1, 1800),
        "type": one_of("Pods", "Percent"),
        "value": ABOVE_ZERO,
    },
    "autoscaling.v2.HPAScalingRules": {
        "policies": {"minItems": 1},
        "selectPolicy": one_of("Max", "Min", "Disabled"),
        "stabilizationWindowSeconds": between(0, 3600),
    },
    "batch.v1.JobSpec": _JOB,
    "batch.v1.CronJobSpec": {
        "concurrencyPolicy": one_of("", "Allow", "Forbid", "Replace"),
        "failedJobsHistoryLimit": COUNT,
        "schedule": forms.SCHEDULE,
        "startingDeadlineSeconds": COUNT,
        "successfulJobsHistoryLimit": COUNT,
    },
    "core.v1.ServiceSpec": {
        "clusterIP": forms.CLUSTER_IP,
        "externalIPs": {"items": forms.IP},
        "externalTrafficPolicy": one_of("", "Cluster", "Local"),
        "internalTrafficPolicy": one_of("Cluster", "Local"),
        "ipFamilies": {"items": one_of("IPv4", "IPv6")},
        "ipFamilyPolicy": one_of("SingleStack", "PreferDualStack", "RequireDualStack"),
        "selector": LABELS,
        "trafficDistribution": one_of("PreferClose", "PreferSameZone", "PreferSameNode"),
        "sessionAffinity": one_of("", "ClientIP", "None"),
        "type": one_of("", "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"),
    },
    "core.v1.ServicePort": {
        "appProtocol": forms.KEY,
        "name": forms.LABEL | {"pattern": f"^$|{forms.LABEL['pattern']}"},
        "nodePort": between(0, 65535),
        "port": PORT,
        "protocol": PROTOCOL_OR_TCP,
        "targetPort": PORT_OR_NAME | {"minimum": 0, "pattern": f"^$|{PORT_OR_NAME['pattern']}"},
    },
    "core.v1.PersistentVolumeClaimSpec": _CLAIM,
    "core.v1.PersistentVolumeSpec": {
        **_CLAIM,
        "capacity": {"minProperties": 1},
        "persistentVolumeReclaimPolicy": one_of("", "Delete", "Recycle", "Retain"),
    },
    "core.v1.ResourceQuotaSpec": {"hard": {"propertyNames": forms.QUOTA, "additionalProperties": _AMOUNT}},
    "core.v1.LimitRangeItem": {"type": SOME},
    "core.v1.ScopedResourceSelectorRequirement": {
        "operator": one_of("In", "NotIn", "Exists", "DoesNotExist"),
    },
    "networking.v1.IPBlock": {"cidr": forms.CIDR, "except": {"items": forms.CIDR}},
    "networking.v1.NetworkPolicySpec": {"policyTypes": {"items": one_of("Ingress", "Egress"), "maxItems": 2}},
    "networking.v1.NetworkPolicyPort": {"port": PORT_OR_NAME, "protocol": PROTOCOL},
    "networking.v1.HTTPIngressRuleValue": {"paths": {"minItems": 1}},
    "networking.v1.HTTPIngressPath": {"pathType": one_of("Exact", "ImplementationSpecific", "Prefix")},
    "networking.v1.IngressRule": {"host": forms.HOST | {"pattern": f"^$|{forms.HOST['pattern']}"}},
    "networking.v1.IngressTLS": {"hosts": {"items": forms.HOST}, "secretName": forms.OPTIONAL_SUBDOMAIN},
    "networking.v1.IngressSpec": {"ingressClassName": forms.SUBDOMAIN},
    "networking.v1.ServiceBackendPort": {"name": forms.PORT_NAME, "number": PORT},
    "networking.v1.IngressServiceBackend": {"name": forms.LABEL},
    "policy.v1.PodDisruptionBudgetSpec": {
        "maxUnavailable": COUNT_OR_SHARE,
        "minAvailable": COUNT_OR_SHARE,
        "unhealthyPodEvictionPolicy": one_of("AlwaysAllow", "IfHealthyBudget"),
    },
}
"""By Go type and field."""
ROOTS: dict[str, dict[str, Piece]] = {
    "ConfigMap": {"binaryData": {**forms.DATA, "additionalProperties": forms.BASE64}, "data": forms.DATA},
    "PriorityClass": {"preemptionPolicy": one_of("PreemptLowerPriority", "Never"), "value": {"maximum": 1000000000}},
    "Secret": {"data": {**forms.DATA, "additionalProperties": forms.BASE64}, "stringData": forms.DATA},
    "StorageClass": {
        "provisioner": SOME,
        "reclaimPolicy": one_of("Delete", "Retain"),
        "volumeBindingMode": one_of("Immediate", "WaitForFirstConsumer"),
    },
}
"""By kind: fields at the top of an object."""
WITH_SPEC = frozenset(
    {"CronJob", "DaemonSet", "Deployment", "Ingress", "Job", "PersistentVolumeClaim", "Pod", "Service", "StatefulSet"}
)
"""Kinds that nobody takes without a spec, though their schema would."""
