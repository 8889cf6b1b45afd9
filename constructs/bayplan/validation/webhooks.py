"""Services that the API server itself asks: webhooks, conversions of CRDs, extensions of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.fields import mapping_at, mappings_at, text_at, whole_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest

ADMISSION = "admissionregistration.k8s.io"
WEBHOOKS = (f"MutatingWebhookConfiguration.{ADMISSION}", f"ValidatingWebhookConfiguration.{ADMISSION}")
CRD, EXTENSION = "CustomResourceDefinition.apiextensions.k8s.io", "APIService.apiregistration.k8s.io"
ASKING_KINDS = (EXTENSION, CRD, *WEBHOOKS)
HTTPS = 443
"""Port where none is said."""


class Asked(NamedTuple):
    """A Service that the API server asks."""

    who: str
    """What asks, in words."""
    effect: str
    """What fails when it cannot be asked, in words."""
    service: dict[str, Any]
    pointer: str
    """Of the reference to the Service."""

    @property
    def namespace(self) -> str:
        """Namespace of the Service."""
        return text_at(self.service, "namespace")

    @property
    def name(self) -> str:
        """Name of the Service."""
        return text_at(self.service, "name")

    @property
    def port(self) -> int:
        """Port of the Service."""
        port = whole_at(self.service, "port")
        return HTTPS if port is None else port


def asked_by(manifest: Manifest) -> Iterator[Asked]:
    """The Services that an object makes the API server ask."""
    if manifest.ref.kind == "APIService":
        service = mapping_at(manifest.body, "spec", "service")
        if service:
            effect = f"every request for {manifest.ref.name} fails, and no namespace can be deleted"
            yield Asked("it", effect, service, "/spec/service")
    elif manifest.ref.kind == "CustomResourceDefinition":
        path = ("spec", "conversion", "webhook", "clientConfig", "service")
        service = mapping_at(manifest.body, *path)
        if service:
            yield Asked("its conversion", "objects of other versions cannot be read", service, "/" + "/".join(path))
    else:
        for index, webhook in mappings_at(manifest.body, "webhooks"):
            service = mapping_at(webhook, "clientConfig", "service")
            if service:
                where = f"/webhooks/{index}/clientConfig/service"
                yield Asked(f"webhook {text_at(webhook, 'name')}", effect_of(webhook), service, where)


def effect_of(webhook: dict[str, Any]) -> str:
    """What a webhook that cannot be asked does, in words."""
    if webhook.get("failurePolicy") == "Ignore":
        return "what it is to check or change goes through as it is"
    return "everything that it is to see is refused"
