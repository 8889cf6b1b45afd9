"""Whether a Secret holds what a gateway needs for TLS. What is in it is never told.

Source: <https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/#key-formats>
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, mapping_at

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

PAIRS = (("cert", "key"), ("tls.crt", "tls.key"))
AUTHORITY = ("cacert", "ca.crt")
MUTUAL = ("MUTUAL", "OPTIONAL_MUTUAL")
BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
SEALED = ("ENC[", "AgA", "vault:", "<path:", "ref+")
"""How values begin that something else fills in."""


def flaw_of(secret: Manifest, mode: str, world: World) -> str:
    """Why a Secret cannot serve, in words; "" if it can, or if nobody can tell."""
    entries = {**decoded(mapping_at(secret.body, "data")), **mapping_at(secret.body, "stringData")}
    if not entries or mapping_at(secret.body, "sops"):
        return ""
    pair = next((pair for pair in PAIRS if all(key in entries for key in pair)), None)
    if pair is None:
        return "which has neither tls.crt and tls.key nor cert and key"
    certificate = entries[pair[0]]
    if not isinstance(certificate, str) or (is_open(certificate) is False and not is_certificate(certificate)):
        return f"whose {pair[0]} is no certificate in PEM"
    name, namespace = secret.ref.name, secret.ref.namespace
    if mode in MUTUAL and not any(key in entries for key in AUTHORITY):
        beside = any(world.contents.has("Secret", namespace, f"{name}{end}") for end in ("-cacert", "-ca"))
        return "" if beside else f"which has no ca.crt, and there is no {name}-cacert: mode {mode} needs one"
    return ""


def decoded(data: dict[str, object]) -> dict[str, object]:
    """The entries of `data`, in the clear; None for what is not base64 of text."""
    found: dict[str, object] = {}
    for key, value in data.items():
        if not isinstance(value, str) or is_open(value):
            found[key] = value
            continue
        try:
            found[key] = b64decode(value, validate=False).decode()
        except (binascii.Error, ValueError):
            found[key] = None
    return found


def is_open(value: str) -> bool:
    """Whether something else fills a value in later, or has sealed it."""
    return is_variable(value) or value.startswith(SEALED) or not value


def is_certificate(text: str) -> bool:
    """Whether a text holds a certificate in PEM: the frame, and DER between."""
    _, begun, rest = text.partition(BEGIN)
    body, ended, _ = rest.partition(END)
    try:
        return bool(begun and ended) and b64decode("".join(body.split()), validate=True)[:1] == b"\x30"
    except (binascii.Error, ValueError):
        return False
