"""Files that SOPS has encrypted: their keys are known, their values are not.

kustomize-controller decrypts them between building and applying, and takes the key `sops` out. Here every encrypted
value becomes a variable, as what Flux fills in later is: rules know what to think of it, and nobody sees the cipher.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#decryption>
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation.fields import is_variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HIDDEN = "${sops_"
"""Begins what stands for an encrypted value: `${sops_1a2b3c4d}`, another one for another cipher."""


def has_cipher(value: object) -> bool:
    """Whether anything in a part is encrypted."""
    if isinstance(value, dict):
        return any(has_cipher(item) for item in value.values())
    if isinstance(value, list):
        return any(has_cipher(item) for item in value)
    return isinstance(value, str) and value.startswith(HIDDEN)


def is_encrypted(body: dict[str, Any]) -> bool:
    """Whether SOPS has left its mark."""
    return isinstance(body.get("sops"), dict)


def plain(body: dict[str, Any]) -> dict[str, Any]:
    """The object as far as it can be read."""
    return {key: _shown(value) for key, value in body.items() if key != "sops"}


def readable(manifests: Iterable[Manifest], encrypted: set[int]) -> Iterator[Manifest]:
    """The manifests, encrypted ones as far as they can be read; notes by identity which those are.

    Of one whose kind or name is encrypted, nothing is known at all: it is left out.
    """
    for one in manifests:
        if not is_encrypted(one.body):
            yield one
            continue
        body = plain(one.body)
        ref = Ref.of(body)
        if not is_variable(ref.kind + ref.group + ref.name):
            shown = Manifest(ref=ref, body=body, file=one.file, line=one.line, lines=one.lines)
            encrypted.add(id(shown))
            yield shown


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Without what is encrypted."""
    if isinstance(value, str):
        return f"{HIDDEN}{sha256(value.encode()).hexdigest()[:8]}}}" if value.startswith("ENC[") else value
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    return [_shown(item) for item in value] if isinstance(value, list) else value
