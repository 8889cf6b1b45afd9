"""A pull secret is no pull secret, or nothing in the tree makes it.

The kubelet tries to pull without it, which works for public images only: with private ones the pods stay in
ImagePullBackOff. A Secret for registries has the type `kubernetes.io/dockerconfigjson` and that one key; any other is
passed over. Where no file makes pull secrets for a namespace, or of that name, nothing is said: then they are made by
hand.

Source: <https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import is_variable, mappings_at, text_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.pull_secrets import KEYS, TYPES
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  imagePullSecrets: [{name: registry}]
  containers: [{name: chat, image: "registry.example.com/chat@sha256:0"}]
---
apiVersion: v1
kind: Secret
metadata: {name: registry, namespace: chat}
type: Opaque
stringData: {password: x}
"""
GOOD = BAD.replace("Opaque", "kubernetes.io/dockerconfigjson").replace("{password: x}", "{.dockerconfigjson: '{}'}")


@rule(
    "REF004",
    severity=Severity.DOWN,
    rows=("W5",),
    kinds=tuple(sorted({"ServiceAccount", *POD_KINDS})),
    fix="make a Secret of type kubernetes.io/dockerconfigjson in the workload's namespace",
)
def pull_secret_is_missing(holder: Manifest, world: World) -> Iterator[Hit]:
    """Look up every pull secret of a workload or a ServiceAccount."""
    if holder.ref.kind == "ServiceAccount":
        yield from missing(holder, holder.body, "", world)
    for pod in world.pods.made_by(holder):
        if "imagePullSecrets" in pod.spec:
            yield from missing(holder, pod.spec, pod.pointer, world)


def missing(holder: Manifest, body: dict[str, object], where: str, world: World) -> Iterator[Hit]:
    """Pull secrets that are not there, or are none."""
    namespace = holder.ref.namespace
    for index, item in mappings_at(body, "imagePullSecrets"):
        name, place = text_at(item, "name"), f"{where}/imagePullSecrets/{index}"
        if not name or is_variable(name):
            continue
        said = world.pull_secrets.type_of(namespace, name)
        if said is not None:
            if said not in TYPES:
                yield Hit(place, f"pulls with Secret {name}, whose type {said or 'Opaque'} the kubelet passes over")
        elif world.contents.has("Secret", namespace, name):
            keys = world.contents.keys("Secret", namespace, name)
            if keys is not None and not keys & KEYS:
                yield Hit(place, f"pulls with Secret {name}, which has no key .dockerconfigjson")
        elif world.pull_secrets.are_managed(namespace, name) and world.lack("Secret", namespace, name) is not None:
            yield Hit(place, f"pulls with Secret {name}, which nothing in this tree makes", Status.UNKNOWN)
