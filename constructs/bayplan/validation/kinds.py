"""Names of kinds with their group, as kubectl writes them: `Deployment.apps`, `Service`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref


def kind_of(manifest: Manifest) -> str:
    """Kind and group of an object; core kinds have no group."""
    return kind_of_ref(manifest.ref)


def kind_of_ref(ref: Ref) -> str:
    """Kind and group of a Ref."""
    return _joined(ref.kind, ref.group)


@lru_cache(maxsize=4096)
def _joined(kind: str, group: str) -> str:
    return f"{kind}.{group}" if group else kind


def group_of(api_version: str) -> str:
    """The group in an `apiVersion`; "" for core kinds."""
    group, slash, _ = api_version.partition("/")
    return group if slash else ""
