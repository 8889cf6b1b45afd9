"""What the API server writes where nobody does: the defaulting functions of Kubernetes 1.37, type by type.

`replicas` is not among them: whether it is written says who decides it.
Source: <https://github.com/kubernetes/kubernetes/tree/v1.37.2/pkg/apis>, `defaults.go` of each group
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.likeness import pull_policy

if TYPE_CHECKING:
    from collections.abc import Callable

Body = dict[str, Any]
RBAC = "rbac.authorization.k8s.io"
ROLLING: Body = {"type": "RollingUpdate", "rollingUpdate": {}}
CONTAINER: Body = {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}
MODE: Body = {"defaultMode": 0o644}
TCP: Body = {"protocol": "TCP"}
RESOURCES: Body = {"matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {}}
WEBHOOK: Body = RESOURCES | {"failurePolicy": "Fail", "timeoutSeconds": 10}
DEVICES: Body = {"allocationMode": "ExactCount", "count": 1}
RBD: Body = {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"}
CPU: Body = {
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
}
ALL_OF_IT: Body = {"type": "Percent", "value": 100, "periodSeconds": 15}

DEFAULTS: dict[str, Body] = {
    "admissionregistration.MatchResources": RESOURCES,
    "admissionregistration.MutatingAdmissionPolicySpec": {"failurePolicy": "Fail"},
    "admissionregistration.MutatingWebhook": WEBHOOK | {"reinvocationPolicy": "Never"},
    "admissionregistration.NamedRuleWithOperations": {"scope": "*"},
    "admissionregistration.RuleWithOperations": {"scope": "*"},
    "admissionregistration.ServiceReference": {"port": 443},
    "admissionregistration.ValidatingAdmissionPolicySpec": {"failurePolicy": "Fail"},
    "admissionregistration.ValidatingWebhook": WEBHOOK,
    "apiextensions.CustomResourceDefinitionSpec": {"conversion": {"strategy": "None"}},
    "apiextensions.ServiceReference": {"port": 443},
    "apiregistration.ServiceReference": {"port": 443},
    "apps.DaemonSetSpec": {"revisionHistoryLimit": 10},
    "apps.DaemonSetUpdateStrategy": ROLLING,
    "apps.DeploymentSpec": {"revisionHistoryLimit": 10, "progressDeadlineSeconds": 600},
    "apps.DeploymentStrategy": ROLLING,
    "apps.RollingUpdateDaemonSet": {"maxUnavailable": 1, "maxSurge": 0},
    "apps.RollingUpdateDeployment": {"maxUnavailable": "25%", "maxSurge": "25%"},
    "apps.RollingUpdateStatefulSetStrategy": {"partition": 0, "maxUnavailable": 1},
    "apps.StatefulSetPersistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    "apps.StatefulSetSpec": {
        "podManagementPolicy": "OrderedReady",
        "revisionHistoryLimit": 10,
        "persistentVolumeClaimRetentionPolicy": {},
    },
    "apps.StatefulSetUpdateStrategy": ROLLING,
    "autoscaling.HorizontalPodAutoscalerBehavior": {
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "selectPolicy": "Max",
            "policies": [{"type": "Pods", "value": 4, "periodSeconds": 15}, ALL_OF_IT],
        },
        "scaleDown": {"selectPolicy": "Max", "policies": [ALL_OF_IT]},
    },
    "autoscaling.HPAScalingRules": {"selectPolicy": "Max"},
    "autoscaling.HorizontalPodAutoscalerSpec": {"minReplicas": 1, "metrics": [CPU], "behavior": {}},
    "batch.CronJobSpec": {
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
    },
    "batch.JobSpec": {"completionMode": "NonIndexed", "suspend": False, "manualSelector": False},
    "batch.PodFailurePolicyOnPodConditionsPattern": {"status": "True"},
    "core.AzureDiskVolumeSource": {"cachingMode": "ReadWrite", "fsType": "ext4", "readOnly": False, "kind": "Shared"},
    "core.ConfigMapVolumeSource": MODE,
    "core.Container": CONTAINER,
    "core.ContainerPort": TCP,
    "core.DownwardAPIVolumeSource": MODE,
    "core.EndpointPort": TCP,
    "core.EphemeralContainer": CONTAINER,
    "core.GRPCAction": {"service": ""},
    "core.HTTPGetAction": {"path": "/", "scheme": "HTTP"},
    "core.HostPathVolumeSource": {"type": ""},
    "core.ISCSIPersistentVolumeSource": {"iscsiInterface": "default"},
    "core.ISCSIVolumeSource": {"iscsiInterface": "default"},
    "core.NamespaceSpec": {"finalizers": ["kubernetes"]},
    "core.ObjectFieldSelector": {"apiVersion": "v1"},
    "core.PersistentVolumeClaim": {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "status": {"phase": "Pending"},
    },
    "core.PersistentVolumeClaimSpec": {"volumeMode": "Filesystem"},
    "core.PersistentVolumeSpec": {"persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem"},
    "core.PodSpec": {
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
        "schedulerName": "default-scheduler",
    },
    "core.Probe": {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3},
    "core.ProjectedVolumeSource": MODE,
    "core.RBDPersistentVolumeSource": RBD,
    "core.RBDVolumeSource": RBD,
    "core.ScaleIOPersistentVolumeSource": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
    "core.ScaleIOVolumeSource": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
    "core.Secret": {"type": "Opaque"},
    "core.SecretVolumeSource": MODE,
    "core.ServiceAccountTokenProjection": {"expirationSeconds": 3600},
    "core.ServicePort": TCP,
    "core.ServiceSpec": {
        "sessionAffinity": "None",
        "type": "ClusterIP",
        "internalTrafficPolicy": "Cluster",
        "ipFamilyPolicy": "SingleStack",
    },
    "core.Volume": {"emptyDir": {}},
    "discovery.EndpointPort": {"name": "", "protocol": "TCP"},
    "flowcontrol.ExemptPriorityLevelConfiguration": {"nominalConcurrencyShares": 0, "lendablePercent": 0},
    "flowcontrol.FlowSchemaSpec": {"matchingPrecedence": 1000},
    "flowcontrol.LimitedPriorityLevelConfiguration": {"nominalConcurrencyShares": 30, "lendablePercent": 0},
    "flowcontrol.QueuingConfiguration": {"handSize": 8, "queues": 64, "queueLengthLimit": 50},
    "networking.IngressClassParametersReference": {"scope": "Cluster"},
    "networking.NetworkPolicyPort": TCP,
    "rbac.RoleRef": {"apiGroup": RBAC},
    "resource.DeviceSubRequest": DEVICES,
    "resource.DeviceToleration": {"operator": "Equal"},
    "resource.ExactDeviceRequest": DEVICES,
    "scheduling.PriorityClass": {"preemptionPolicy": "PreemptLowerPriority"},
    "storage.CSIDriverSpec": {
        "attachRequired": True,
        "podInfoOnMount": False,
        "storageCapacity": False,
        "fsGroupPolicy": "ReadWriteOnceWithFSType",
        "volumeLifecycleModes": ["Persistent"],
        "requiresRepublish": False,
        "seLinuxMount": False,
        "preventPodSchedulingIfMissing": False,
    },
    "storage.StorageClass": {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"},
}
"""Type without its version to what stands where nothing is written; from the inside out."""


def drawn_container(body: Body) -> Body:
    """An image is pulled by what its tag says."""
    return {"imagePullPolicy": pull_policy(str(body.get("image", "")))}


def drawn_service(body: Body) -> Body:
    """What is reached from outside has more defaults."""
    outside = body.get("type") in ("NodePort", "LoadBalancer") or body.get("externalIPs")
    drawn: Body = {"externalTrafficPolicy": "Cluster"} if outside else {}
    if body.get("type") == "LoadBalancer":
        drawn["allocateLoadBalancerNodePorts"] = True
    if body.get("sessionAffinity") == "ClientIP":
        drawn["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": 10800}}
    address = body.get("clusterIP")
    return drawn | ({"clusterIPs": [address]} if address else {})


def drawn_job(body: Body) -> Body:
    """A Job whose numbers are not said runs once."""
    per_index = body.get("backoffLimitPerIndex") is not None
    drawn: Body = {"backoffLimit": 2**31 - 1 if per_index else 6}
    drawn["podReplacementPolicy"] = "Failed" if body.get("podFailurePolicy") else "TerminatingOrFailed"
    if body.get("completions") == 1 and body.get("parallelism", 1) == 1:
        drawn["completions"] = 1
    return drawn | ({"parallelism": 1} if "completions" in body else {})


def drawn_policy(body: Body) -> Body:
    """A network policy is about what it has rules for."""
    return {"policyTypes": ["Egress", "Ingress"] if body.get("egress") else ["Ingress"]}


def drawn_names(body: Body) -> Body:
    """The names of a kind follow from it."""
    kind = str(body.get("kind", ""))
    return {"singular": kind.lower(), "listKind": f"{kind}List"}


DRAWN: dict[str, Callable[[Body], Body]] = {
    "apiextensions.CustomResourceDefinitionNames": drawn_names,
    "batch.JobSpec": drawn_job,
    "core.Container": drawn_container,
    "core.EphemeralContainer": drawn_container,
    "core.PodSpec": lambda body: {"serviceAccount": body.get("serviceAccountName")},
    "core.ServicePort": lambda body: {"targetPort": body.get("port")},
    "core.ServiceSpec": drawn_service,
    "networking.NetworkPolicySpec": drawn_policy,
    "rbac.Subject": lambda body: {"apiGroup": "" if body.get("kind") == "ServiceAccount" else RBAC},
}
"""Type to what follows from the rest of its body."""


def defaults_of(short: str, body: Body) -> Body:
    """What a body of a type would be given where it is silent."""
    drawn = DRAWN.get(short)
    return DEFAULTS.get(short, {}) | (drawn(body) if drawn else {})
