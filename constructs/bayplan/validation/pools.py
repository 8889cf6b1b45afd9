"""InferencePools: the pods that they hold, and the router that chooses among them.

Source: <https://gateway-api-inference-extension.sigs.k8s.io/reference/spec/#inferencepool>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.ref import Ref
from bayplan.validation import selectors
from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at, whole_at

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pods import Pod
    from bayplan.validation.world import World

GROUP, KIND = "inference.networking.k8s.io", "InferencePool"
INFERENCE_POOL = f"{KIND}.{GROUP}"


class Router(NamedTuple):
    """The Service of whoever chooses the pod."""

    kind: str
    name: str
    port: int | None


def pool_named(world: World, namespace: str, name: str) -> Manifest | None:
    """An InferencePool of the tree."""
    found = world.inventory.by_ref.get(Ref(GROUP, KIND, namespace, name), ())
    return found[0] if found else None


def router_of(pool: Manifest) -> Router:
    """Who it is, with the defaults of the API."""
    said = mapping_at(pool.body, "spec", "endpointPickerRef")
    return Router(text_at(said, "kind") or "Service", text_at(said, "name"), whole_at(said, "port", "number"))


def labels_of(pool: Manifest) -> dict[str, str]:
    """The labels that it selects by."""
    return texts_at(pool.body, "spec", "selector", "matchLabels")


def pods_of(pool: Manifest, world: World) -> tuple[Pod, ...]:
    """The pods of its namespace that it selects."""
    labels = labels_of(pool)
    return world.pods.selected(pool.ref.namespace, selectors.of_labels(labels)) if labels else ()


def ports_of(pool: Manifest) -> tuple[int, ...]:
    """The ports on which they are called."""
    found = (whole_at(port, "number") for _, port in mappings_at(pool.body, "spec", "targetPorts"))
    return tuple(number for number in found if number is not None)
