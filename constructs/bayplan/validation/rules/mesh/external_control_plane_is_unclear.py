"""A webhook of Istio does not say well where its control plane is.

The API server calls it for every pod: without an address it calls nobody, and creating pods fails or goes on without a
proxy; by a bare address the certificate does not fit. Give the Service or the host name of the control plane.

Source: <https://istio.io/latest/docs/setup/install/external-controlplane/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import (
    is_variable,
    mapping_at,
    mappings_at,
    text_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.kinds import MUTATING
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector-external}
webhooks:
  - name: sidecar-injector.istio.io
    clientConfig: {url: "https://10.1.2.3:15017/inject"}
    sideEffects: None
    admissionReviewVersions: [v1]
"""
GOOD = BAD.replace("10.1.2.3", "istiod.example.com")

VALIDATING = "ValidatingWebhookConfiguration.admissionregistration.k8s.io"
NAMES = ("istio-sidecar-injector", "istio-validator", "istiod-default-validator")


@rule(
    "MSH060",
    severity=Severity.RISK,
    rows=("R3",),
    kinds=(MUTATING, VALIDATING),
    fix="give the Service or the host name of the control plane",
)
def external_control_plane_is_unclear(configuration: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001
    """Look at the address of each webhook of Istio."""
    if not configuration.ref.name.startswith(NAMES):
        return
    for index, hook in mappings_at(configuration.body, "webhooks"):
        config = mapping_at(hook, "clientConfig")
        url = text_at(config, "url")
        where = pointer("webhooks", index, "clientConfig")
        if "url" not in config and not config.get("service"):
            yield Hit(where, "names neither a Service nor a url")
        elif "url" in config and not is_variable(url):
            host = url.partition("://")[2].partition("/")[0]
            name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
            if not url.startswith("https://") or not name or set(name) & set(" <>\"'%"):
                yield Hit(f"{where}/url", f"is {url!r}, which is no https address")
            elif is_address(name):
                yield Hit(f"{where}/url", f"names {name}, an address for which no certificate is made")


def is_address(name: str) -> bool:
    """Whether a host is an address and no name."""
    return ":" in name or (name.count(".") == 3 and name.replace(".", "").isdigit())
