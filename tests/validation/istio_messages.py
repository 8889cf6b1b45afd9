"""What `istioctl analyze` says, in the codes of our rules, and its files as we read them."""

from __future__ import annotations

from typing import Any

import yaml

ANALYZERS: dict[str, dict[str, str]] = {
    "annotations.K8sAnalyzer": {"IST0107": "MSH046", "IST0108": "MSH047", "IST0125": "MSH048", "IST0135": "MSH049"},
    "authn.BlockedCIDRsAnalyzer": {"IST0175": "MSH052"},
    "authz.AuthorizationPoliciesAnalyzer": {"IST0101": "MSH028", "IST0127": "MSH025"},
    "deployment.ApplicationUIDAnalyzer": {"IST0144": "MSH044"},
    "deployment.ServiceAssociationAnalyzer": {"IST0116": "MSH061", "IST0137": "MSH061"},
    "deprecation.FieldAnalyzer": {"IST0002": "MSH050"},
    "destinationrule.CaCertificateAnalyzer": {"IST0128": "MSH037", "IST0129": "MSH037"},
    "destinationrule.PodNotSelectedAnalyzer": {"IST0173": "MSH006", "IST0174": "MSH004"},
    "envoyfilter.EnvoyPatchAnalyzer": {
        "IST0151": "MSH033",
        "IST0152": "MSH032",
        "IST0153": "MSH032",
        "IST0154": "MSH032",
        "IST0155": "MSH033",
    },
    "externalcontrolplane.ExternalControlPlaneAnalyzer": {"IST0163": "MSH060", "IST0164": "MSH060"},
    "gateway.CertificateAnalyzer": {"IST0138": "MSH023"},
    "gateway.ConflictingGatewayAnalyzer": {"IST0101": "MSH017", "IST0145": "MSH021 MSH022"},
    "gateway.IngressGatewayPortAnalyzer": {"IST0101": "MSH017", "IST0162": "MSH018"},
    "gateway.SecretAnalyzer": {"IST0101": "MSH017 MSH019", "IST0161": "MSH020"},
    "injection.Analyzer": {"IST0123": "MSH041"},
    "injection.ImageAutoAnalyzer": {"IST0146": "MSH045", "IST0147": "MSH045"},
    "k8sgateway.CRDVersionAnalyzer": {"IST0176": "MSH053"},
    "k8sgateway.SelectorAnalyzer": {"IST0166": "MSH034"},
    "schemaValidation.CollectionValidationAnalyzer(collections.VirtualService)": {
        "IST0130": "MSH011",
        "IST0131": "MSH011 MSH012",
    },
    "service.PortNameAnalyzer": {"IST0118": "NET004", "IST0150": "MSH062"},
    "serviceentry.ConflictingServiceEntryProtocolAnalyzer": {"IST0177": "MSH040"},
    "serviceentry.ProtocolAddressesAnalyzer": {"IST0134": "MSH039"},
    "sidecar.SelectorAnalyzer": {"IST0101": "MSH025", "IST0110": "MSH027", "IST0111": "MSH027", "IST0167": "MSH035"},
    "telemetry.DefaultSelectorAnalyzer": {"IST0160": "MSH027"},
    "telemetry.LightstepAnalyzer": {"IST0002": "MSH050"},
    "telemetry.ProviderAnalyzer": {"IST0157": "MSH031"},
    "telemetry.SelectorAnalyzer": {"IST0101": "MSH025", "IST0159": "MSH027"},
    "virtualservice.ConflictingMeshGatewayHostsAnalyzer": {"IST0109": "MSH009"},
    "virtualservice.DestinationHostAnalyzer": {"IST0101": "MSH001 MSH002", "IST0112": "MSH003", "IST0140": "MSH058"},
    "virtualservice.DestinationRuleAnalyzer": {"IST0101": "MSH005"},
    "virtualservice.GatewayAnalyzer": {"IST0101": "MSH014", "IST0132": "MSH015", "IST0165": "MSH014"},
    "virtualservice.JWTClaimRouteAnalyzer": {"IST0149": "MSH030"},
    "webhook.Analyzer": {"IST0139": "MSH051 ADM001"},
}
"""Analyzer to its messages, each with the rules of ours that say the same."""

LIVE = {
    "conditions.ConditionAnalyzer": "reads `status`, which only a cluster has",
    "injection.ImageAnalyzer": "compares the images of proxies that run",
    "maturity.AlphaAnalyzer": "a note that an annotation is alpha; most of those that everybody uses are",
    "multicluster.MeshNetworksAnalyzer": "reads a file of mesh networks, which is no object",
    "multicluster.ServiceAnalyzer": "compares what runs in two clusters",
}
"""Analyzers that are none of ours, and why."""

NOTES = {
    "IST0102": "a note that a namespace is not injected, which is no defect",
    "IST0103": "looks for the proxy in Pods that run; in files no Pod has one",
    "IST0148": "a note that a namespace is injected by default",
}
"""Messages of the other analyzers that are none of ours."""

IN_MESH = ("service.PortNameAnalyzer",)
"""Analyzers that take every Service to be in the mesh; the files do not say so, and we ask."""

GATEWAY = """
apiVersion: v1
kind: Pod
metadata: {name: istio-ingressgateway-dummypod, namespace: istio-system, labels: {istio: ingressgateway}}
spec: {containers: [{name: istio-proxy}]}
---
apiVersion: v1
kind: Service
metadata: {name: istio-ingressgateway, namespace: istio-system}
spec:
  ports:
    - {name: http2, port: 80, targetPort: 80, protocol: TCP}
    - {name: https, port: 443, targetPort: 443, protocol: TCP}
    - {name: tcp, port: 31400, targetPort: 31400, protocol: TCP}
    - {name: tls, port: 15443, targetPort: 15443, protocol: TCP}
  selector: {istio: ingressgateway}
"""
"""What istioctl adds to the files that it is given (pkg/config/analysis/local/defaults.go)."""


def objects_in(text: str, *, wrapped: bool) -> list[dict[str, Any]]:
    """The objects of a file, Lists taken apart; `wrapped` makes a Deployment of every Pod."""
    found: list[dict[str, Any]] = []
    for document in yaml.safe_load_all(text):
        if document:
            found += document["items"] if document.get("kind") == "List" else [document]
    return [deployment_of(one) if wrapped and one.get("kind") == "Pod" else one for one in found]


def deployment_of(pod: dict[str, Any]) -> dict[str, Any]:
    """A Deployment that makes such Pods, under the same name."""
    meta = pod["metadata"]
    labels = meta.get("labels") or {"made-of": meta["name"]}
    kept = {key: meta[key] for key in ("name", "namespace") if key in meta}
    template = {"labels": labels, **{key: meta[key] for key in ("annotations",) if key in meta}}
    made = {"metadata": template, "spec": pod.get("spec") or {}}
    spec = {"selector": {"matchLabels": labels}, "template": made}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": kept, "spec": spec}


def taken_for_granted(objects: list[dict[str, Any]], *, wrapped: bool) -> list[dict[str, Any]]:
    """Namespaces in the mesh, and pods behind the Services, for objects of which the files show neither."""
    declared = {one["metadata"]["name"] for one in objects if one.get("kind") == "Namespace"}
    used = sorted({one.get("metadata", {}).get("namespace", "") for one in objects} - declared - {"", "istio-system"})
    labels = {"istio-injection": "enabled"}
    made = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": one, "labels": labels}} for one in used]
    for service in objects:
        selector = service.get("spec", {}).get("selector")
        if service.get("kind") == "Service" and selector:
            meta = {**service["metadata"], "labels": selector}
            pod = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [{"name": "program"}]}}
            made.append(deployment_of(pod) if wrapped else pod)
    return made
