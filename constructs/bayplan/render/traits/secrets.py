"""Secrets of an app: fetched from a store, or sealed in the repository; and how pods find them.

A secret that is changed in a store reaches files within minutes and settings with the next start: nothing is started
anew for it, since a wrong secret would stop all replicas at once. One that is changed in the repository is a commit
like any other: it rolls the pods that read it.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from bayplan.render.api_object import ApiObject
from bayplan.render.labels import app_labels
from bayplan.spec.secret import REGISTRY, key_of, name_of
from bayplan.spec.traits.secrets import files_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Site
    from bayplan.spec.asked_secrets import Asked
    from bayplan.spec.sealed import Sealed
    from bayplan.spec.secret_source import SecretSource

SEALED = "bayplan.dev/sealed"
"""Annotation of pods: what their secrets in the repository look like, so that others roll them."""
_READ_ONLY = 0o444


class FetchedSecret(ApiObject):
    """An ExternalSecret: the keys that the app asks for, and no others."""

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        secret: Asked,
        source: SecretSource,
        site: Site,
        origin: str = "",
    ) -> None:
        body = {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ExternalSecret",
            "metadata": {"name": secret.name, "namespace": site.app, "labels": app_labels(site.app, site.team)},
            "spec": {
                "refreshInterval": source.refresh,
                "secretStoreRef": {"name": source.store, "kind": source.kind},
                # who loses the store keeps what was fetched
                "target": {
                    "name": secret.name,
                    "creationPolicy": "Owner",
                    "deletionPolicy": "Retain",
                    "template": {"type": "kubernetes.io/dockerconfigjson"} if REGISTRY in secret.keys else None,
                },
                "data": [
                    {"secretKey": key, "remoteRef": {"key": secret.path, "property": key}}
                    for key in sorted(secret.keys)
                ],
            },
        }
        super().__init__(scope, id or f"ExternalSecret-{secret.name}", body=body, origin=origin)


class SealedSecret(ApiObject):
    """A Secret as SOPS has encrypted it. Flux decrypts it while it applies it, and takes the mark of SOPS out.

    Its signature covers the order of the file, which Flux does not ask for: kustomize changes it, too.
    Read in: internal/decryptor/decryptor.go of kustomize-controller 1.9.
    """

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        sealed: Sealed,
        origin: str = "",
    ) -> None:
        body = {**sealed.body, "metadata": dict(sealed.body["metadata"])}
        super().__init__(scope, id or f"Secret-{sealed.name}", body=body, origin=origin or sealed.origin)


def secret_settings(secrets: Mapping[str, str]) -> list[Body]:
    """Secrets that are settings, as a container says them."""
    return [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": name_of(secret), "key": key_of(secret)}}}
        for name, secret in settings_of(secrets).items()
    ]


def secret_volumes(secrets: Mapping[str, str]) -> tuple[list[Body], list[Body]]:
    """Volumes and mounts of secrets that are files, one for each folder: files of a folder follow their secret."""
    volumes, mounts = [], []
    for number, (folder, files) in enumerate(files_of(secrets).items()):
        by_secret: dict[str, list[Body]] = {}
        for name, secret in files.items():
            by_secret.setdefault(name_of(secret), []).append({"key": key_of(secret), "path": name})
        sources = [{"secret": {"name": secret, "items": items}} for secret, items in sorted(by_secret.items())]
        volumes.append({"name": f"secrets-{number}", "projected": {"sources": sources, "defaultMode": _READ_ONLY}})
        mounts.append({"name": f"secrets-{number}", "mountPath": folder, "readOnly": True})
    return volumes, mounts


def seal_of(secrets: Mapping[str, str], sealed: Iterable[Sealed]) -> str:
    """Eight hex digits of the sealed secrets among those that a workload reads; "" for none."""
    names = {name_of(secret) for secret in secrets.values()}
    read = [{part: one.body.get(part) for part in ("data", "stringData")} for one in sealed if one.name in names]
    text = json.dumps(read, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8] if read else ""
