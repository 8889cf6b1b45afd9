"""What the policies of the mesh say that they are for.

Source: <https://istio.io/latest/docs/reference/config/type/workload-selector/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.kinds import (
    AUTHORIZATION,
    ENVOY_FILTER,
    PEER_AUTHENTICATION,
    PROXY_CONFIG,
    REQUEST_AUTHENTICATION,
    SIDECAR,
    TELEMETRY,
    WASM_PLUGIN,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.mesh.workloads import Workload
    from bayplan.validation.world import World

MATCH = ("spec", "selector", "matchLabels")
WORKLOAD = ("spec", "workloadSelector", "labels")
SELECTORS: dict[str, tuple[str, ...]] = {
    AUTHORIZATION: MATCH,
    ENVOY_FILTER: WORKLOAD,
    PEER_AUTHENTICATION: MATCH,
    PROXY_CONFIG: MATCH,
    REQUEST_AUTHENTICATION: MATCH,
    SIDECAR: WORKLOAD,
    TELEMETRY: MATCH,
    WASM_PLUGIN: MATCH,
}
"""Kind to the path of its labels."""

TARGETED = (AUTHORIZATION, ENVOY_FILTER, REQUEST_AUTHENTICATION, TELEMETRY, WASM_PLUGIN)
"""Kinds that may name what they are for."""

FROM_ROOT = frozenset({AUTHORIZATION, ENVOY_FILTER, REQUEST_AUTHENTICATION, WASM_PLUGIN})
"""Kinds whose selector, in the root namespace, selects in every namespace."""


class Target(NamedTuple):
    """One entry of `targetRef` or `targetRefs`."""

    kind: str
    """Kind with group."""
    name: str
    namespace: str
    pointer: str


def labels_of(policy: Manifest) -> Mapping[str, str]:
    """The labels that a policy selects by; empty for those that are for all of their namespace."""
    return texts_at(policy.body, *SELECTORS[kind_of(policy)])


def pointer_of(policy: Manifest) -> str:
    """JSON pointer of the selector."""
    return "/" + "/".join(SELECTORS[kind_of(policy)])


def reach_of(policy: Manifest, world: World) -> str | None:
    """The namespace in which a policy selects; None for all."""
    namespace = policy.ref.namespace
    return None if namespace == world.mesh.root and kind_of(policy) in FROM_ROOT else namespace


def selected_by(policy: Manifest, world: World) -> list[Workload]:
    """The workloads that a policy with a selector selects."""
    return world.mesh.workloads.selected(labels_of(policy), reach_of(policy, world))


def targets_of(policy: Manifest) -> Iterator[Target]:
    """What a policy names by `targetRef` and `targetRefs`."""
    home = policy.ref.namespace
    listed = [(f"/spec/targetRefs/{index}", item) for index, item in mappings_at(policy.body, "spec", "targetRefs")]
    single = mapping_at(policy.body, "spec", "targetRef")
    for where, item in [*([("/spec/targetRef", single)] if single else []), *listed]:
        kind, group = text_at(item, "kind"), text_at(item, "group")
        full = f"{kind}.{group}" if group and group != "core" else kind
        yield Target(full, text_at(item, "name"), text_at(item, "namespace") or home, where)
