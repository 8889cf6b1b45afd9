"""Istio's sidecar injector as its chart installs it: template and values are those of the pinned module."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.e2e.scene import ROOT

from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.mesh import Mesh

MODULES = ROOT / ".cache" / "go" / "pkg" / "mod" / "istio.io"
CHART = "istio@*/manifests/charts/istio-control/istio-discovery"


def write_injector(folder: Path, *, cni: bool) -> None:
    """What istiod finds in /var/lib/istio/inject: the chart's ConfigMap `istio-sidecar-injector`, as two files."""
    charts = sorted(MODULES.glob(CHART))
    if not charts:
        pytest.skip(f"Istio's chart is not in {MODULES}: make tools")
    template = (charts[-1] / "files" / "injection-template.yaml").read_text()
    # the chart nests its defaults in one key, "a workaround for Helm limitations"
    defaults: dict[str, Any] = yaml.safe_load((charts[-1] / "values.yaml").read_text())["_internal_defaults_do_not_set"]
    values = {
        **{name: defaults[name] for name in ("global", "sidecarInjectorWebhook", "revision")},
        "pilot": {"cni": {**defaults["cni"], "enabled": cni}, "env": defaults["env"]},
    }
    config = {"policy": "enabled", "defaultTemplates": ["sidecar"], "templates": {"sidecar": template}}
    (folder / "config").write_text(json.dumps(config))
    (folder / "values").write_text(json.dumps(values))


def install_webhook(mesh: Mesh) -> None:
    """Have the API server ask istiod about every new pod of the namespaces that are labelled for it."""
    authority = base64.b64encode(mesh.certificates.authority.encode()).decode()
    rule = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
    webhook = {
        "name": "namespace.sidecar-injector.istio.io",
        "clientConfig": {"url": f"https://{LOOPBACK}:{mesh.ports['https']}/inject", "caBundle": authority},
        "sideEffects": "None",
        "rules": [rule],
        "failurePolicy": "Fail",
        "admissionReviewVersions": ["v1"],
        "namespaceSelector": {"matchLabels": {"istio-injection": "enabled"}},
    }
    mesh.api.apply(
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": "istio-sidecar-injector"},
            "webhooks": [webhook],
        }
    )
