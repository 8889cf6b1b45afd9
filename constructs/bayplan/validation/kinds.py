"""Names of kinds with their group, as kubectl writes them: `Deployment.apps`, `Service`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.manifests.ref import Ref


def kind_of(manifest: Manifest) -> str:
    """Kind and group of an object; core kinds have no group."""
    return kind_of_ref(manifest.ref)


def kind_of_ref(ref: Ref) -> str:
    """Kind and group of a Ref."""
    return f"{ref.kind}.{ref.group}" if ref.group else ref.kind


def group_of(api_version: str) -> str:
    """The group in an `apiVersion`; "" for core kinds."""
    group, slash, _ = api_version.partition("/")
    return group if slash else ""
