"""Objects by which a cluster is run: what the API server's code refuses of webhooks, classes, limits and devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.schema.refused import forms
from bayplan.validation.schema.refused.forms import (
    COUNT,
    LABELS,
    PORT,
    SOME,
    between,
    each,
    exactly_one,
    needs,
    one_of,
    pattern,
)

if TYPE_CHECKING:
    from bayplan.validation.schema.refused.forms import Piece

_DOTTED = pattern(
    r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?){2,}", "a name of three domains or more"
)
_HTTPS = pattern(
    r"https://[^/?#@]+(/[^?#]*)?", "an address that begins with https://, without user, query and fragment"
)
_CODE = {"minLength": 1}
_OPERATIONS: Piece = {**each(one_of("*", "CREATE", "UPDATE", "DELETE", "CONNECT")), "minItems": 1}
_ANY: Piece = {"items": {**SOME, "type": "string"}, "minItems": 1}
_RULE: dict[str, Piece] = {
    "apiGroups": {"minItems": 1},
    "apiVersions": _ANY,
    "operations": _OPERATIONS,
    "resources": _ANY,
    "scope": one_of("*", "Cluster", "Namespaced"),
}
_FAILURE = one_of("Fail", "Ignore")
_MATCH = one_of("Equivalent", "Exact")
_REVIEWS = {"minItems": 1, **each(forms.DNS_1035)}
_WEBHOOK: dict[str, Piece] = {
    "admissionReviewVersions": _REVIEWS,
    "failurePolicy": _FAILURE,
    "matchPolicy": _MATCH,
    "name": _DOTTED,
    "sideEffects": one_of("None", "NoneOnDryRun"),
    "timeoutSeconds": between(1, 30),
}
_NAMES_OF_SCOPES = one_of(
    *("BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating"),
    "VolumeAttributesClass",
)
_DEVICE: dict[str, Piece] = {
    "allocationMode": one_of("", "All", "ExactCount"),
    "count": COUNT,
    "deviceClassName": {**forms.SUBDOMAIN, **SOME},
}
FIELDS: dict[str, dict[str, Piece]] = {
    "admissionregistration.v1.MutatingWebhook": {**_WEBHOOK, "reinvocationPolicy": one_of("IfNeeded", "Never")},
    "admissionregistration.v1.ValidatingWebhook": _WEBHOOK,
    "admissionregistration.v1.RuleWithOperations": _RULE,
    "admissionregistration.v1.NamedRuleWithOperations": {
        **_RULE,
        "resourceNames": {"items": forms.or_empty(forms.SEGMENT)},
    },
    "admissionregistration.v1.WebhookClientConfig": {"url": _HTTPS},
    "admissionregistration.v1.ServiceReference": {
        "name": SOME,
        "namespace": SOME,
        "path": forms.or_empty(forms.ABSOLUTE),
        "port": PORT,
    },
    "admissionregistration.v1.MatchCondition": {"expression": _CODE, "name": forms.QUALIFIED},
    "admissionregistration.v1.MatchResources": {"matchPolicy": _MATCH},
    "admissionregistration.v1.ValidatingAdmissionPolicySpec": {
        "failurePolicy": _FAILURE,
        "matchConstraints": {"required": ["resourceRules"], "properties": {"resourceRules": {"minItems": 1}}},
    },
    "admissionregistration.v1.Validation": {"expression": _CODE},
    "admissionregistration.v1.AuditAnnotation": {"key": {**forms.VALUE, **SOME}, "valueExpression": _CODE},
    "admissionregistration.v1.Variable": {"expression": _CODE, "name": SOME},
    "admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec": {
        "policyName": forms.SUBDOMAIN,
        "validationActions": {**each(one_of("Audit", "Deny", "Warn")), "minItems": 1},
    },
    "core.v1.LimitRangeItem": {"type": SOME},
    "core.v1.ResourceQuotaSpec": {
        "hard": {"propertyNames": forms.QUOTA, "additionalProperties": forms.ANY_AMOUNT},
        "scopes": each(_NAMES_OF_SCOPES),
    },
    "core.v1.ScopedResourceSelectorRequirement": {
        "operator": one_of("In", "NotIn", "Exists", "DoesNotExist"),
        "scopeName": _NAMES_OF_SCOPES,
    },
    "core.v1.TopologySelectorLabelRequirement": {"key": forms.QUALIFIED, "values": {"minItems": 1}},
    "flowcontrol.v1.FlowDistinguisherMethod": {"type": one_of("ByNamespace", "ByUser")},
    "flowcontrol.v1.FlowSchemaSpec": {"matchingPrecedence": between(0, 10000)},
    "flowcontrol.v1.PriorityLevelConfigurationReference": {"name": forms.SUBDOMAIN},
    "flowcontrol.v1.PriorityLevelConfigurationSpec": {"type": one_of("Exempt", "Limited")},
    "flowcontrol.v1.LimitResponse": {"type": one_of("Queue", "Reject")},
    "flowcontrol.v1.Subject": {"kind": one_of("Group", "ServiceAccount", "User")},
    "networking.v1.IngressClassSpec": {
        "controller": pattern(r"[a-z0-9.-]+/[A-Za-z0-9/._%-]+", "a domain, `/` and a path", 250)
    },
    "networking.v1.IngressClassParametersReference": {
        "apiGroup": forms.SUBDOMAIN,
        "kind": forms.SEGMENT,
        "name": forms.SEGMENT,
        "scope": one_of("Cluster", "Namespace"),
    },
    "node.v1.Scheduling": {"nodeSelector": LABELS},
    "rbac.v1.RoleRef": {"kind": SOME, "name": {**forms.SEGMENT, **SOME}},
    "rbac.v1.Subject": {"kind": SOME, "name": SOME},
    "resource.v1.DeviceRequest": {"name": forms.LABEL},
    "resource.v1.ExactDeviceRequest": _DEVICE,
    "resource.v1.DeviceSubRequest": {**_DEVICE, "name": forms.LABEL},
    "resource.v1.DeviceToleration": {
        "effect": one_of("", "NoExecute", "NoSchedule", "None"),
        "key": forms.or_empty(forms.QUALIFIED),
        "operator": one_of("", "Equal", "Exists"),
        "value": forms.VALUE,
    },
    "resource.v1.CELDeviceSelector": {"expression": _CODE},
    "resource.v1.OpaqueDeviceConfiguration": {"driver": SOME},
    "storage.v1.CSIDriverSpec": {
        "fsGroupPolicy": one_of("ReadWriteOnceWithFSType", "File", "None"),
        "nodeAllocatableUpdatePeriodSeconds": between(10),
        "volumeLifecycleModes": each(one_of("Ephemeral", "Persistent")),
    },
    "storage.v1.TokenRequest": {"expirationSeconds": between(600)},
}
"""By Go type and field."""
TYPES: dict[str, Piece] = {
    "admissionregistration.v1.WebhookClientConfig": exactly_one("service", "url"),
    "admissionregistration.v1.ValidatingAdmissionPolicySpec": forms.all_of(
        {"required": ["matchConstraints"]},
        forms.some_of("auditAnnotations", "validations"),
    ),
    "core.v1.VolumeNodeAffinity": {"required": ["required"]},
    "networking.v1.IngressClassSpec": needs("controller"),
    "networking.v1.IngressClassParametersReference": forms.unless(
        forms.is_word("scope", "Namespace"),
        forms.absent("namespace"),
        "has a namespace, which needs `scope: Namespace`",
    ),
    "resource.v1.DeviceRequest": exactly_one("exactly", "firstAvailable"),
    "resource.v1.DeviceSelector": {"required": ["cel"]},
    "resource.v1.DeviceClassConfiguration": {"required": ["opaque"]},
}
"""By Go type: what is asked of it as a whole."""
ROOTS: dict[str, dict[str, Piece]] = {
    "RuntimeClass": {"handler": {**forms.LABEL, **SOME}},
    "StorageClass": {
        "parameters": {"propertyNames": SOME},
        "provisioner": {**forms.KEY, **SOME},
        "reclaimPolicy": one_of("", "Delete", "Retain"),
        "volumeBindingMode": one_of("Immediate", "WaitForFirstConsumer"),
    },
    "VolumeAttributesClass": {"driverName": {**forms.KEY, **SOME}, "parameters": {"minProperties": 1}},
}
"""By kind: fields at the top of an object."""
