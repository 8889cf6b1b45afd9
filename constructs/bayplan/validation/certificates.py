"""Secrets with certificates that Ingresses and Gateways serve.

Sources: <https://kubernetes.io/docs/concepts/services-networking/ingress/#tls>,
<https://gateway-api.sigs.k8s.io/guides/tls/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.pointer import pointer
from bayplan.validation.backends import INGRESS
from bayplan.validation.fields import mappings_at, text_at
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest


class Certificate(NamedTuple):
    """A Secret that holds a certificate."""

    namespace: str
    name: str
    pointer: str


def certificates_of(holder: Manifest) -> Iterator[Certificate]:
    """The Secrets that an Ingress, Gateway or ListenerSet serves."""
    home = holder.ref.namespace
    if kind_of(holder) == INGRESS:
        for index, item in mappings_at(holder.body, "spec", "tls"):
            if name := text_at(item, "secretName"):
                yield Certificate(home, name, pointer("spec", "tls", index, "secretName"))
        return
    for index, listener in mappings_at(holder.body, "spec", "listeners"):
        for number, item in mappings_at(listener, "tls", "certificateRefs"):
            where = pointer("spec", "listeners", index, "tls", "certificateRefs", number)
            name = text_at(item, "name")
            if name and (text_at(item, "kind") or "Secret") == "Secret" and not text_at(item, "group"):
                yield Certificate(text_at(item, "namespace") or home, name, where)
