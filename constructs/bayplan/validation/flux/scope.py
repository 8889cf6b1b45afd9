"""Kinds whose objects lie in a namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import text_at
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

NAMESPACED = frozenset(
    f"{kind}.{group}" if group else kind
    for group, kinds in {
        "": "ConfigMap Endpoints LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota "
        "Secret Service ServiceAccount",
        "apps": "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
        "autoscaling": "HorizontalPodAutoscaler",
        "batch": "CronJob Job",
        "cert-manager.io": "Certificate CertificateRequest Issuer",
        "coordination.k8s.io": "Lease",
        "discovery.k8s.io": "EndpointSlice",
        "external-secrets.io": "ExternalSecret SecretStore",
        "gateway.networking.k8s.io": "Gateway GRPCRoute HTTPRoute ReferenceGrant TCPRoute TLSRoute UDPRoute",
        "helm.toolkit.fluxcd.io": "HelmRelease",
        "jobset.x-k8s.io": "JobSet",
        "keda.sh": "ScaledJob ScaledObject TriggerAuthentication",
        "kustomize.toolkit.fluxcd.io": "Kustomization",
        "kueue.x-k8s.io": "LocalQueue",
        "monitoring.coreos.com": "Alertmanager AlertmanagerConfig PodMonitor Probe Prometheus PrometheusRule "
        "ServiceMonitor",
        "networking.istio.io": "DestinationRule EnvoyFilter Gateway ServiceEntry Sidecar VirtualService WorkloadEntry",
        "networking.k8s.io": "Ingress NetworkPolicy",
        "notification.toolkit.fluxcd.io": "Alert Provider Receiver",
        "policy": "PodDisruptionBudget",
        "ray.io": "RayCluster RayJob RayService",
        "rbac.authorization.k8s.io": "Role RoleBinding",
        "security.istio.io": "AuthorizationPolicy PeerAuthentication RequestAuthentication",
        "serving.kserve.io": "InferenceService ServingRuntime",
        "source.toolkit.fluxcd.io": "Bucket ExternalArtifact GitRepository HelmChart HelmRepository OCIRepository",
        "telemetry.istio.io": "Telemetry",
    }.items()
    for kind in kinds.split()
)


def is_namespaced(manifest: Manifest, world: World) -> bool:
    """Whether an object must lie in a namespace, as far as that is known."""
    if kind_of(manifest) in NAMESPACED:
        return True
    defined = world.orders.definitions.get((manifest.ref.group, manifest.ref.kind), ())
    return any(text_at(one.body, "spec", "scope") == "Namespaced" for one in defined)
