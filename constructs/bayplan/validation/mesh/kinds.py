"""Kinds of the mesh, with their group."""

from __future__ import annotations

AUTHORIZATION = "AuthorizationPolicy.security.istio.io"
DESTINATION_RULE = "DestinationRule.networking.istio.io"
ENVOY_FILTER = "EnvoyFilter.networking.istio.io"
GATEWAY = "Gateway.networking.istio.io"
K8S_GATEWAY = "Gateway.gateway.networking.k8s.io"
PEER_AUTHENTICATION = "PeerAuthentication.security.istio.io"
PROXY_CONFIG = "ProxyConfig.networking.istio.io"
REQUEST_AUTHENTICATION = "RequestAuthentication.security.istio.io"
SERVICE_ENTRY = "ServiceEntry.networking.istio.io"
SIDECAR = "Sidecar.networking.istio.io"
TELEMETRY = "Telemetry.telemetry.istio.io"
VIRTUAL_SERVICE = "VirtualService.networking.istio.io"
WASM_PLUGIN = "WasmPlugin.extensions.istio.io"
WORKLOAD_ENTRY = "WorkloadEntry.networking.istio.io"
WORKLOAD_GROUP = "WorkloadGroup.networking.istio.io"

MUTATING = "MutatingWebhookConfiguration.admissionregistration.k8s.io"
