"""All else than pods: what the API server's code refuses in each field, by the Go type that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.schema.refused import forms
from bayplan.validation.schema.refused.forms import (
    ABOVE_ZERO,
    COUNT,
    COUNT_OR_PART,
    COUNT_OR_SHARE,
    LABELS,
    PORT,
    PORT_OR_NAME,
    PROTOCOL,
    PROTOCOL_OR_TCP,
    SOME,
    between,
    each,
    one_of,
)

if TYPE_CHECKING:
    from bayplan.validation.schema.refused.forms import Piece

MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_CLAIM: dict[str, Piece] = {
    "accessModes": each(one_of(*MODES)),
    "storageClassName": forms.OPTIONAL_SUBDOMAIN,
    "volumeAttributesClassName": forms.OPTIONAL_SUBDOMAIN,
    "volumeMode": one_of("Block", "Filesystem"),
}
_SOURCE: Piece = {
    "properties": {"name": SOME},
    **forms.unless(
        {"required": ["apiGroup"], "properties": {"apiGroup": SOME}},
        forms.is_word("kind", "PersistentVolumeClaim"),
        "names no apiGroup: only a PersistentVolumeClaim is of none",
    ),
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
SEGMENT: Piece = {**forms.SEGMENT, **SOME}
_TARGET: Piece = {"required": ["apiVersion"], "properties": {"apiVersion": forms.API}}
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
        "serviceName": forms.or_empty(forms.LABEL),
    },
    "apps.v1.StatefulSetOrdinals": {"start": COUNT},
    "core.v1.ReplicationControllerSpec": {"minReadySeconds": COUNT, "replicas": COUNT},
    "apps.v1.StatefulSetUpdateStrategy": {"type": one_of("", "OnDelete", "RollingUpdate")},
    "apps.v1.RollingUpdateStatefulSetStrategy": {"maxUnavailable": COUNT_OR_PART, "partition": COUNT},
    "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy": {
        "whenDeleted": one_of("", "Retain", "Delete"),
        "whenScaled": one_of("", "Retain", "Delete"),
    },
    "apps.v1.DaemonSetSpec": {"minReadySeconds": COUNT, "revisionHistoryLimit": COUNT},
    "apps.v1.DaemonSetUpdateStrategy": {"type": one_of("", "OnDelete", "RollingUpdate")},
    "apps.v1.RollingUpdateDaemonSet": {"maxSurge": COUNT_OR_PART, "maxUnavailable": COUNT_OR_PART},
    "autoscaling.v2.HorizontalPodAutoscalerSpec": {
        "maxReplicas": ABOVE_ZERO,
        "minReplicas": COUNT,
        "scaleTargetRef": _TARGET,
    },
    "autoscaling.v1.HorizontalPodAutoscalerSpec": {
        "maxReplicas": ABOVE_ZERO,
        "minReplicas": COUNT,
        "scaleTargetRef": _TARGET,
        "targetCPUUtilizationPercentage": ABOVE_ZERO,
    },
    "autoscaling.v1.CrossVersionObjectReference": {"kind": SEGMENT, "name": SEGMENT},
    "autoscaling.v2.CrossVersionObjectReference": {"kind": SEGMENT, "name": SEGMENT},
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
        "tolerance": forms.ANY_AMOUNT,
    },
    "batch.v1.JobSpec": _JOB,
    "batch.v1.CronJobSpec": {
        "concurrencyPolicy": one_of("", "Allow", "Forbid", "Replace"),
        "failedJobsHistoryLimit": COUNT,
        "schedule": forms.SCHEDULE,
        "startingDeadlineSeconds": COUNT,
        "successfulJobsHistoryLimit": COUNT,
        "timeZone": forms.TIME_ZONE,
    },
    "batch.v1.PodFailurePolicy": {"rules": {"maxItems": 20}},
    "batch.v1.SuccessPolicy": {"rules": {"maxItems": 20, "minItems": 1}},
    "batch.v1.PodFailurePolicyRule": {"action": one_of("Count", "FailIndex", "FailJob", "Ignore")},
    "batch.v1.PodFailurePolicyOnExitCodesRequirement": {
        "containerName": SOME,
        "operator": one_of("In", "NotIn"),
        "values": {"maxItems": 255, "minItems": 1},
    },
    "batch.v1.PodFailurePolicyOnPodConditionsPattern": {"type": forms.QUALIFIED},
    "core.v1.ServiceSpec": {
        "clusterIP": forms.CLUSTER_IP,
        "clusterIPs": {**each(forms.CLUSTER_IP), "maxItems": 2},
        "externalIPs": each(forms.IP),
        "loadBalancerClass": forms.QUALIFIED,
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
    "core.v1.PersistentVolumeClaimSpec": {
        **_CLAIM,
        "dataSource": {"properties": {"name": SOME}},
        "dataSourceRef": _SOURCE,
    },
    "core.v1.PersistentVolumeSpec": {
        **_CLAIM,
        "accessModes": {**_CLAIM["accessModes"], "minItems": 1},
        "capacity": {"minProperties": 1, "maxProperties": 1, "propertyNames": {"enum": ["storage"]}},
        "persistentVolumeReclaimPolicy": one_of("", "Delete", "Recycle", "Retain"),
    },
    "networking.v1.IPBlock": {"cidr": forms.CIDR, "except": each(forms.CIDR)},
    "networking.v1.NetworkPolicySpec": {"policyTypes": {**each(one_of("Ingress", "Egress")), "maxItems": 2}},
    "networking.v1.NetworkPolicyPort": {"endPort": PORT, "port": PORT_OR_NAME, "protocol": PROTOCOL},
    "networking.v1.HTTPIngressRuleValue": {"paths": {"minItems": 1}},
    "networking.v1.HTTPIngressPath": {"pathType": one_of("Exact", "ImplementationSpecific", "Prefix")},
    "networking.v1.IngressRule": {"host": forms.or_empty(forms.HOST) | forms.NO_IP},
    "networking.v1.IngressTLS": {"hosts": each(forms.HOST), "secretName": forms.OPTIONAL_SUBDOMAIN},
    "networking.v1.IngressSpec": {"ingressClassName": forms.SUBDOMAIN},
    "networking.v1.ServiceBackendPort": {"name": forms.or_empty(forms.PORT_NAME), "number": PORT},
    "networking.v1.IngressServiceBackend": {"name": forms.LABEL},
    "policy.v1.PodDisruptionBudgetSpec": {
        "maxUnavailable": COUNT_OR_PART,
        "minAvailable": COUNT_OR_PART,
        "unhealthyPodEvictionPolicy": one_of("AlwaysAllow", "IfHealthyBudget"),
    },
}
"""By Go type and field."""
ROOTS: dict[str, dict[str, Piece]] = {
    "ConfigMap": {"binaryData": {**forms.DATA, "additionalProperties": forms.BASE64}, "data": forms.DATA},
    "PriorityClass": {"preemptionPolicy": one_of("PreemptLowerPriority", "Never"), "value": {"maximum": 1000000000}},
    "Secret": {"data": {**forms.DATA, "additionalProperties": forms.BASE64}, "stringData": forms.DATA},
}
"""By kind: fields at the top of an object."""
WITH_SPEC = frozenset(
    {"CronJob", "DaemonSet", "Deployment", "Ingress", "Job", "PersistentVolumeClaim", "Pod", "Service", "StatefulSet"}
)
"""Kinds that nobody takes without a spec, though their schema would."""
