"""LimitRanges: what they add to containers that say nothing, and what they admit.

As the admission plug-in of Kubernetes 1.37 does it (plugin/pkg/admission/limitranger), with the defaults of its API: a
default limit is the maximum where none is said, a default request the default limit, and then the minimum.

Source: <https://kubernetes.io/docs/concepts/policy/limit-range/>
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.fields import mapping_at, mappings_at, text_at
from bayplan.validation.once import once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

LIMIT_RANGE = "LimitRange"


class Defaults(NamedTuple):
    """What containers of a namespace get that say nothing themselves."""

    requests: dict[str, Any]
    limits: dict[str, Any]

    def given(self, body: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """The resources of a container once the defaults are in: what is only limited is requested, too, before."""
        limits, requests = mapping_at(body, "resources", "limits"), mapping_at(body, "resources", "requests")
        return {"limits": self.limits | limits, "requests": self.requests | limits | requests}


NONE = Defaults({}, {})


@once
def ranges_by_namespace(world: World) -> Mapping[str, tuple[Manifest, ...]]:
    """The LimitRanges of each namespace."""
    found: dict[str, list[Manifest]] = defaultdict(list)
    for manifest in world.by_kind.get(LIMIT_RANGE, ()):
        found[manifest.ref.namespace].append(manifest)
    return {namespace: tuple(same) for namespace, same in found.items()}


@once
def all_defaults(world: World) -> Mapping[str, Defaults]:
    """The defaults of each namespace that has any."""
    found = {}
    for namespace, ranges in ranges_by_namespace(world).items():
        requests: dict[str, Any] = {}
        limits: dict[str, Any] = {}
        for one in ranges:
            for _, item in mappings_at(one.body, "spec", "limits"):
                if text_at(item, "type") == "Container":
                    limited = mapping_at(item, "max") | mapping_at(item, "default")
                    limits |= limited
                    requests |= mapping_at(item, "min") | limited | mapping_at(item, "defaultRequest")
        found[namespace] = Defaults(requests, limits)
    return found


def defaults_of(namespace: str, world: World) -> Defaults:
    """What containers of a namespace get."""
    return all_defaults(world).get(namespace, NONE)
