"""Where a cluster gets its secrets from."""

from __future__ import annotations

from typing import Literal

from bayplan.spec.name import DurationText, Name
from bayplan.spec.word import Word


class SecretSource(Word):
    """A store that External Secrets asks, and the keys with which Flux opens what SOPS has sealed."""

    store: Name | None = None
    """Name of the store that is asked for what no file in secrets/ holds; needs external-secrets."""
    kind: Literal["ClusterSecretStore", "SecretStore"] = "ClusterSecretStore"
    """Which kind of store it is: one for the cluster, or one of that name in the namespace of every app."""
    refresh: DurationText = "3600s"
    """How often the store is asked: a secret that was changed there has arrived after so long."""
    keys: Name | None = None
    """Name of the secret in flux-system with the keys of SOPS; by default it asks a key service as itself."""
