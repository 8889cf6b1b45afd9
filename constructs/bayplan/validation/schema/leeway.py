"""Where the cluster takes what a schema refuses: schemas that are widened there, and objects that are completed first.

Sources: <https://github.com/controlplaneio-fluxcd/flux-operator/blob/main/internal/builder/templates.go>,
<https://spark.apache.org/docs/latest/running-on-kubernetes.html#pod-template>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.validation.finding import Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.schema.library import core_kinds

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.rule import Hit
    from bayplan.validation.world import World

WATCHED = {
    "Alert.notification.toolkit.fluxcd.io": re.compile(r"/spec/eventSources/\d+/kind"),
    "Receiver.notification.toolkit.fluxcd.io": re.compile(r"/spec/resources/\d+/kind"),
}
"""Fields whose list of kinds the Flux Operator makes longer when it installs Flux."""
OF_FLUX_OPERATOR = frozenset({"FluxInstance", "ResourceSet", "ResourceSetInputProvider"})
"""Kinds that it adds: who names one has the operator."""
PLACEHOLDER = re.compile(r"\$\w|\$\(|<[^<>]+>|\{\{|\{%|@@?\w+@@?|^__\w+__$|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")
"""What a person, a shell, sed or a template engine puts something in the place of."""
OF_NAMES = re.compile(r" is no field of | must be one of ")
"""Complaints about words that nobody fills in: the name of a field, and choices, which are often in capitals."""
TEMPLATED_BY_SPARK = re.compile(r"spark|driver|executor")


def leeway(manifest: Manifest, hit: Hit, world: World) -> Hit | None:
    """What is left of a complaint about an object's fields: itself, a doubt, or nothing."""
    fields = WATCHED.get(kind_of(manifest))
    value = at(manifest.body, hit.pointer)
    if fields and value in OF_FLUX_OPERATOR and fields.fullmatch(hit.pointer):
        return None
    if hit.status is not Status.BROKEN:
        return hit
    if " is missing in " in hit.message and " changes it" in world.draft_of(manifest):
        return None  # a patch may well bring it
    if world.orders.owners(manifest):
        if hit.pointer.startswith("/metadata/labels/") and not isinstance(value, str):
            # its own label replaces all, as it cannot read them (fluxcd/pkg/ssa, SetOwnerLabels)
            told = f"{hit.message}, but Flux applies it without any of its labels"
            return hit._replace(message=told, status=Status.UNKNOWN)
        return hit
    why = ""
    if isinstance(value, str) and PLACEHOLDER.search(value) and not OF_NAMES.search(hit.message):
        why = "it looks as if that is filled in before anybody applies it"
    elif value is None and " is null" in hit.message and manifest.ref.group not in core_kinds() and not world.cluster:
        why = "who makes it with kubectl leaves a null out; Flux would not"
    elif is_template_of_spark(manifest, hit):
        why = "Spark fills in such a template"
    return hit._replace(message=f"{hit.message}, but {why}", status=Status.UNKNOWN) if why else hit


def is_template_of_spark(manifest: Manifest, hit: Hit) -> bool:
    """Whether a Pod without an image is what Spark makes its drivers or executors from."""
    if kind_of(manifest) != "Pod" or "`image` is missing" not in hit.message:
        return False
    container = at(manifest.body, hit.pointer)
    return isinstance(container, dict) and bool(TEMPLATED_BY_SPARK.search(str(container.get("name"))))


def at(body: object, pointer: str) -> Any:  # noqa: ANN401 - whatever an object holds
    """What stands at a JSON pointer; None where nothing does."""
    node: Any = body
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list):
            node = node[int(key)] if key.isdigit() and int(key) < len(node) else None
        else:
            node = node.get(key) if isinstance(node, dict) else None
    return node
