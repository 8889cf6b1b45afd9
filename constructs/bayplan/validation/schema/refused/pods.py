"""Pods: what the API server's code refuses in each field of a template, by the Go type that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.schema.refused import forms
from bayplan.validation.schema.refused.forms import (
    ABOVE_ZERO,
    COUNT,
    ID,
    LABEL,
    LABELS,
    PORT,
    PORT_OR_NAME,
    PROTOCOL_OR_TCP,
    SOME,
    SUBDOMAIN,
    between,
    exactly_one,
    needs,
    one_of,
)

if TYPE_CHECKING:
    from bayplan.validation.schema.refused.forms import Piece

REQUIREMENT = ("In", "NotIn", "Exists", "DoesNotExist")
_WITH_VALUES: Piece = {
    "allOf": [
        {
            "if": {"required": ["operator"], "properties": {"operator": {"enum": ["In", "NotIn"]}}},
            "then": {"required": ["values"], "properties": {"values": {"minItems": 1}}},
        },
        {
            "if": {"required": ["operator"], "properties": {"operator": {"enum": ["Exists", "DoesNotExist"]}}},
            "then": {"properties": {"values": {"maxItems": 0}}},
        },
    ]
}
PROBE: dict[str, Piece] = {
    "failureThreshold": COUNT,
    "initialDelaySeconds": COUNT,
    "periodSeconds": COUNT,
    "successThreshold": COUNT,
    "terminationGracePeriodSeconds": ABOVE_ZERO,
    "timeoutSeconds": COUNT,
}
FIELDS: dict[str, dict[str, Piece]] = {
    "core.v1.Container": {
        "image": forms.IMAGE,
        "imagePullPolicy": one_of("", "Always", "IfNotPresent", "Never"),
        "name": LABEL,
        "restartPolicy": one_of("Always", "OnFailure", "Never"),
        "terminationMessagePolicy": one_of("", "File", "FallbackToLogsOnError"),
    },
    "core.v1.ContainerPort": {
        "containerPort": PORT,
        "hostPort": between(0, 65535),
        "name": forms.or_empty(forms.PORT_NAME),
        "protocol": PROTOCOL_OR_TCP,
    },
    "core.v1.ContainerResizePolicy": {
        "resourceName": one_of("cpu", "memory"),
        "restartPolicy": one_of("NotRequired", "RestartContainer"),
    },
    "core.v1.ContainerRestartRule": {"action": one_of("Restart", "RestartAllContainers")},
    "core.v1.ContainerRestartRuleOnExitCodes": {"operator": one_of("In", "NotIn"), "values": {"maxItems": 255}},
    "core.v1.EnvVar": {"name": forms.ENV_NAME},
    "core.v1.ObjectFieldSelector": {"apiVersion": one_of("", "v1"), "fieldPath": SOME},
    "core.v1.ResourceFieldSelector": {"resource": SOME},
    "core.v1.FileKeySelector": {"key": forms.CONFIG_KEY, "path": SOME, "volumeName": SOME},
    "core.v1.ResourceClaim": {"name": SOME},
    "core.v1.PodResourceClaim": {
        "name": LABEL,
        "resourceClaimName": SUBDOMAIN,
        "resourceClaimTemplateName": SUBDOMAIN,
    },
    "core.v1.HTTPHeader": {"name": forms.HEADER},
    "core.v1.VolumeDevice": {"devicePath": SOME, "name": SOME},
    "core.v1.PodDNSConfig": {"nameservers": forms.each(forms.IP), "searches": forms.each(forms.SEARCH)},
    "core.v1.PodDNSConfigOption": {"name": SOME},
    "core.v1.PodSchedulingGate": {"name": forms.QUALIFIED},
    "core.v1.Sysctl": {"name": forms.SYSCTL},
    "core.v1.WindowsSecurityContextOptions": {
        "gmsaCredentialSpec": SOME,
        "gmsaCredentialSpecName": SUBDOMAIN,
        "runAsUserName": forms.WINDOWS_USER,
    },
    "core.v1.EnvFromSource": {"prefix": forms.pattern(r"[ -<>-~]*", "printable ASCII without `=`")},
    "core.v1.ResourceRequirements": {"limits": forms.RESOURCES, "requests": forms.RESOURCES},
    "core.v1.Probe": PROBE,
    "core.v1.HTTPGetAction": {"port": PORT_OR_NAME, "scheme": one_of("", "HTTP", "HTTPS")},
    "core.v1.TCPSocketAction": {"port": PORT_OR_NAME},
    "core.v1.GRPCAction": {"port": PORT},
    "core.v1.VolumeMount": {
        "mountPath": SOME,
        "recursiveReadOnly": one_of("Disabled", "IfPossible", "Enabled"),
        "mountPropagation": one_of("None", "HostToContainer", "Bidirectional"),
        "name": SOME,
    },
    "core.v1.Volume": {"name": LABEL},
    "core.v1.PersistentVolumeClaimVolumeSource": {"claimName": SOME},
    "core.v1.HostPathVolumeSource": {
        "path": SOME,
        "type": one_of(
            *("", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice")
        ),
    },
    "core.v1.EmptyDirVolumeSource": {"sizeLimit": forms.AMOUNT},
    "core.v1.ConfigMapVolumeSource": {"defaultMode": between(0, 0o777)},
    "core.v1.SecretVolumeSource": {"defaultMode": between(0, 0o777)},
    "core.v1.ProjectedVolumeSource": {"defaultMode": between(0, 0o777)},
    "core.v1.DownwardAPIVolumeSource": {"defaultMode": between(0, 0o777)},
    "core.v1.KeyToPath": {"key": SOME, "mode": between(0, 0o777), "path": SOME},
    "core.v1.ConfigMapEnvSource": {"name": SUBDOMAIN},
    "core.v1.ConfigMapKeySelector": {"key": forms.CONFIG_KEY, "name": SUBDOMAIN},
    "core.v1.SecretEnvSource": {"name": SUBDOMAIN},
    "core.v1.SecretKeySelector": {"key": forms.CONFIG_KEY, "name": SUBDOMAIN},
    "core.v1.NodeSelector": {"nodeSelectorTerms": {"minItems": 1}},
    "core.v1.SecurityContext": {
        "procMount": one_of("Default", "Unmasked"),
        "runAsGroup": ID,
        "runAsUser": ID,
    },
    "core.v1.PodSecurityContext": {
        "fsGroup": ID,
        "fsGroupChangePolicy": one_of("OnRootMismatch", "Always"),
        "runAsGroup": ID,
        "runAsUser": ID,
        "supplementalGroups": {"items": ID},
        "seLinuxChangePolicy": one_of("MountOption", "Recursive"),
        "supplementalGroupsPolicy": one_of("Merge", "Strict"),
    },
    "core.v1.SeccompProfile": {"type": one_of("Localhost", "RuntimeDefault", "Unconfined")},
    "core.v1.AppArmorProfile": {"type": one_of("Localhost", "RuntimeDefault", "Unconfined")},
    "core.v1.PodOS": {"name": one_of("linux", "windows")},
    "core.v1.Toleration": {
        "effect": one_of("", "NoSchedule", "PreferNoSchedule", "NoExecute"),
        "key": forms.or_empty(forms.QUALIFIED),
        "operator": one_of("", "Exists", "Equal", "Lt", "Gt"),
    },
    "core.v1.TopologySpreadConstraint": {
        "matchLabelKeys": forms.each(forms.QUALIFIED),
        "maxSkew": ABOVE_ZERO,
        "minDomains": ABOVE_ZERO,
        "nodeAffinityPolicy": one_of("Honor", "Ignore"),
        "nodeTaintsPolicy": one_of("Honor", "Ignore"),
        "topologyKey": SOME,
        "whenUnsatisfiable": one_of("DoNotSchedule", "ScheduleAnyway"),
    },
    "core.v1.NodeSelectorRequirement": {
        "key": forms.QUALIFIED,
        "operator": one_of(*REQUIREMENT, "Gt", "Lt"),
        "values": {"items": forms.VALUE},
    },
    "core.v1.PodAffinityTerm": {
        "matchLabelKeys": forms.each(forms.QUALIFIED),
        "mismatchLabelKeys": forms.each(forms.QUALIFIED),
        "namespaces": forms.each(LABEL),
        "topologyKey": forms.QUALIFIED,
    },
    "core.v1.PreferredSchedulingTerm": {"weight": between(1, 100)},
    "core.v1.WeightedPodAffinityTerm": {"weight": between(1, 100)},
    "core.v1.PodReadinessGate": {"conditionType": forms.QUALIFIED},
    "core.v1.HostAlias": {"hostnames": forms.each(SUBDOMAIN), "ip": forms.IP},
    "core.v1.PodSpec": {
        "activeDeadlineSeconds": between(1, 2147483647),
        "containers": {"minItems": 1},
        "dnsPolicy": one_of("", "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"),
        "hostname": forms.or_empty(LABEL),
        "hostnameOverride": SUBDOMAIN | {"maxLength": 64},
        "nodeName": forms.or_empty(SUBDOMAIN),
        "nodeSelector": LABELS,
        "preemptionPolicy": one_of("PreemptLowerPriority", "Never"),
        "restartPolicy": one_of("", "Always", "OnFailure", "Never"),
        "serviceAccount": forms.or_empty(SUBDOMAIN),
        "serviceAccountName": forms.or_empty(SUBDOMAIN),
        "subdomain": forms.or_empty(LABEL),
    },
    "meta.v1.ObjectMeta": {"annotations": forms.ANNOTATIONS, "labels": LABELS},
    "meta.v1.LabelSelector": {"matchLabels": LABELS},
    "meta.v1.LabelSelectorRequirement": {"key": forms.QUALIFIED, "operator": one_of(*REQUIREMENT)},
}
"""By Go type and field."""
TYPES: dict[str, Piece] = {
    "api.resource.Quantity": forms.QUANTITY,
    "core.v1.Container": forms.all_of(
        needs("image"),
        forms.unless(
            forms.any_of(forms.absent("restartPolicyRules"), {"properties": {"restartPolicyRules": {"maxItems": 0}}}),
            {"required": ["restartPolicy"]},
            "has restartPolicyRules, which need a `restartPolicy` beside them",
        ),
    ),
    "core.v1.ContainerRestartRule": {"required": ["exitCodes"]},
    "core.v1.PodResourceClaim": exactly_one("resourceClaimName", "resourceClaimTemplateName"),
    "core.v1.EnvFromSource": exactly_one("configMapRef", "secretRef"),
    "core.v1.EnvVarSource": exactly_one(
        *("configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef")
    ),
    "core.v1.LifecycleHandler": exactly_one("exec", "httpGet", "sleep", "tcpSocket"),
    "core.v1.NodeSelectorRequirement": _WITH_VALUES,
    "core.v1.PodTemplateSpec": {"required": ["spec"]},
    "core.v1.Probe": exactly_one("exec", "grpc", "httpGet", "tcpSocket"),
    "core.v1.ConfigMapEnvSource": needs("name"),
    "core.v1.SecretEnvSource": needs("name"),
    "core.v1.SecretKeySelector": needs("name"),
    "core.v1.ConfigMapKeySelector": needs("name"),
    "meta.v1.LabelSelectorRequirement": _WITH_VALUES,
}
"""By Go type: what is asked of it as a whole."""
