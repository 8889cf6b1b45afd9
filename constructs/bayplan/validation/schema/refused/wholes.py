"""What is asked of types other than pods as a whole: fields that are needed, or that exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.schema.refused import forms
from bayplan.validation.schema.refused.forms import (
    SOME,
    all_of,
    exactly_one,
    is_word,
    never_both,
    some_of,
    unless,
)

if TYPE_CHECKING:
    from bayplan.validation.schema.refused.forms import Piece

_VOLUMES = (
    *("awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flocker"),
    *("gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk", "portworxVolume"),
    *("quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume"),
)
_METRICS = {
    "ContainerResource": "containerResource",
    "External": "external",
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
}
_OF_REQUESTS = exactly_one("averageUtilization", "averageValue")
_TARGETS = {
    "External": exactly_one("averageValue", "value"),
    "Object": some_of("averageValue", "value"),
    "Pods": {"required": ["averageValue"]},
}
"""What a metric is compared with, by its type."""
TYPES: dict[str, Piece] = {
    "autoscaling.v2.MetricTarget": some_of("averageUtilization", "averageValue", "value"),
    "autoscaling.v2.MetricSpec": {
        "allOf": [
            {
                "if": is_word("type", kind),
                "then": {
                    "required": [field],
                    "properties": {field: {"properties": {"target": _TARGETS.get(kind, _OF_REQUESTS)}}},
                },
            }
            for kind, field in _METRICS.items()
        ]
        + [exactly_one(*_METRICS.values())]
    },
    "batch.v1.JobSpec": all_of(
        unless(
            forms.absent("backoffLimitPerIndex"),
            is_word("completionMode", "Indexed"),
            "has a backoffLimitPerIndex, which needs `completionMode: Indexed`",
        ),
        unless(
            forms.absent("maxFailedIndexes"),
            {"required": ["backoffLimitPerIndex"]},
            "has maxFailedIndexes, which needs a backoffLimitPerIndex",
        ),
        {  # where neither number is said, both are 1
            "if": {"allOf": [is_word("completionMode", "Indexed"), {"required": ["parallelism"]}]},
            "then": {"required": ["completions"]},
        },
    ),
    "core.v1.ServiceSpec": all_of(
        unless(
            {"anyOf": [is_word("type", "ExternalName"), is_word("clusterIP", "None")]},
            {"required": ["ports"], "properties": {"ports": {"minItems": 1}}},
            "has no `ports`: only an ExternalName or a headless Service may have none",
        ),
        unless(
            {"anyOf": [forms.absent("ports"), {"properties": {"ports": {"maxItems": 1}}}]},
            {"properties": {"ports": {"items": {"required": ["name"], "properties": {"name": SOME}}}}},
            "has several `ports`: each must have a name",
        ),
        unless(
            is_word("type", "ExternalName", "LoadBalancer", "NodePort"),
            {"properties": {"ports": {"items": {"properties": {"nodePort": {"enum": [0, None]}}}}}},
            "sets a nodePort, which only a Service of type NodePort or LoadBalancer may have",
        ),
        *(
            unless(is_word("type", "LoadBalancer"), forms.absent(field), f"sets {field}, which needs type LoadBalancer")
            for field in ("allocateLoadBalancerNodePorts", "loadBalancerClass")
        ),
        unless(
            {"anyOf": [is_word("type", "LoadBalancer"), {"properties": {"loadBalancerSourceRanges": {"maxItems": 0}}}]},
            forms.absent("loadBalancerSourceRanges"),
            "sets loadBalancerSourceRanges, which needs type LoadBalancer",
        ),
        unless(
            {"allOf": [is_word("type", "LoadBalancer"), is_word("externalTrafficPolicy", "Local")]},
            {"properties": {"healthCheckNodePort": {"enum": [0, None]}}},
            "sets healthCheckNodePort, which needs type LoadBalancer and `externalTrafficPolicy: Local`",
        ),
        {
            "if": is_word("type", "ExternalName"),
            "then": {
                "required": ["externalName"],
                "properties": {
                    "clusterIP": {"enum": ["", "None", None]},
                    "clusterIPs": {"maxItems": 0},
                    "externalName": forms.EXTERNAL_NAME,
                },
            },
        },
    ),
    "batch.v1.JobTemplateSpec": {"required": ["spec"]},
    "core.v1.PersistentVolumeClaimSpec": {"required": ["accessModes", "resources"]},
    "core.v1.VolumeResourceRequirements": {"minProperties": 1},
    "core.v1.PersistentVolumeClaim": {"required": ["spec"]},
    "core.v1.PersistentVolumeClaimTemplate": {"required": ["spec"]},
    "networking.v1.IngressServiceBackend": {"required": ["port"]},
    "networking.v1.HTTPIngressPath": all_of(
        {"required": ["pathType"]},
        unless(
            is_word("pathType", "ImplementationSpecific"),
            {"required": ["path"], "properties": {"path": forms.ABSOLUTE}},
            "needs a `path` that begins with `/`",
        ),
    ),
    "networking.v1.IngressBackend": exactly_one("resource", "service"),
    "networking.v1.IngressSpec": unless(
        {"required": ["defaultBackend"]},
        {"required": ["rules"], "properties": {"rules": {"minItems": 1}}},
        "has neither a `defaultBackend` nor `rules`",
    ),
    "policy.v1.PodDisruptionBudgetSpec": never_both("minAvailable", "maxUnavailable"),
    "networking.v1.NetworkPolicyPeer": all_of(
        some_of("ipBlock", "namespaceSelector", "podSelector"),
        never_both("ipBlock", "namespaceSelector"),
        never_both("ipBlock", "podSelector"),
    ),
    "networking.v1.NetworkPolicyPort": unless(
        forms.absent("endPort"),
        {"required": ["port"], "properties": {"port": {"type": "integer"}}},
        "has an endPort, which needs a `port` that is a number",
    ),
    "core.v1.PersistentVolumeSpec": all_of(
        {"required": ["accessModes", "capacity"]}, forms.any_of({"required": ["flexVolume"]}, exactly_one(*_VOLUMES))
    ),
    "batch.v1.PodFailurePolicyRule": exactly_one("onExitCodes", "onPodConditions"),
    "networking.v1.ServiceBackendPort": exactly_one("name", "number"),
}
"""By Go type: what is asked of it as a whole."""
