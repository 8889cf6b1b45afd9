"""Which pinned modules hold the CRDs of a controller: the one table of both.

The names are those of `controllers:` in clusters/*/cluster.yaml, as bayplan.spec knows them.
"""

from __future__ import annotations

FLUX = ("source-controller", "kustomize-controller", "notification-controller")
"""Flux's CRDs come from the very modules that its controllers are built from: tools/flux/go.mod."""

MODULES: dict[str, tuple[str, ...]] = {
    "cert-manager": ("github.com/cert-manager/cert-manager",),
    "external-secrets": ("github.com/external-secrets/external-secrets",),
    "flagger": ("github.com/fluxcd/flagger",),
    "gateway-api": ("sigs.k8s.io/gateway-api",),
    "gateway-api-inference-extension": ("sigs.k8s.io/gateway-api-inference-extension",),
    "gpu-operator": ("github.com/NVIDIA/gpu-operator",),
    "grafana-operator": ("github.com/grafana/grafana-operator/v5",),
    "istio": ("istio.io/api",),
    "istio-cni": ("istio.io/api",),
    "jobset": ("sigs.k8s.io/jobset",),
    "karpenter": ("sigs.k8s.io/karpenter", "github.com/aws/karpenter-provider-aws"),
    "keda": ("github.com/kedacore/keda/v2",),
    "knative": ("knative.dev/serving",),
    "kserve": ("github.com/kserve/kserve",),
    "kubeflow-trainer": ("github.com/kubeflow/trainer/v2",),
    "kuberay": ("github.com/ray-project/kuberay/ray-operator",),
    "kueue": ("sigs.k8s.io/kueue",),
    "kyverno": ("github.com/kyverno/kyverno", "github.com/openreports/reports-api"),
    "lws": ("sigs.k8s.io/lws",),
    "node-feature-discovery": ("sigs.k8s.io/node-feature-discovery/api/nfd",),
    "opentelemetry-operator": ("github.com/open-telemetry/opentelemetry-operator",),
    "prometheus": ("github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring",),
    "sealed-secrets": ("github.com/bitnami-labs/sealed-secrets",),
    "snapshot-controller": ("github.com/kubernetes-csi/external-snapshotter/client/v8",),
    "spark-operator": ("github.com/kubeflow/spark-operator/v2",),
    "vpa": ("k8s.io/autoscaler/vertical-pod-autoscaler",),
    "volcano": ("volcano.sh/volcano",),
}
"""Controller to modules of schemas/sources.yaml, whose versions and files stand there."""

UNPINNED = {
    "argo-rollouts": "no module with its CRDs is pinned in schemas/sources.yaml",
}
"""Controllers that bayplan knows and whose CRDs it cannot give, with the reason."""

INSTALLS: dict[str, tuple[str, ...]] = {
    "jobset": ("config/default",),
    "keda": ("config/webhooks",),
    "kubeflow-trainer": ("manifests/base/webhook", "manifests/base/runtimes"),
    "kueue": ("config/default",),
    "lws": ("config/default",),
    "spark-operator": ("config/webhook",),
}
"""Controllers that a lab may run, and the kustomize folders of their module that install what it needs beside CRDs."""
