"""Whether Flux refuses variables that are not set: it does so since 2.9, and before put nothing in their place.

Source: <https://github.com/fluxcd/kustomize-controller/blob/v1.9.5/internal/features/features.go>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at, words_at
from bayplan.validation.once import once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.world import World

VERSION = re.compile(r"v?(\d+)\.(\d+)\b")
FIRST = (2, 9)
"""The first minor of Flux that refuses them."""
SWITCHED_OFF = "StrictPostBuildSubstitutions=false"


@once
def leniency(world: World) -> str:
    """Why Flux may leave what is not set empty, in words; "" where nothing speaks for that."""
    said = world.cluster.controllers.get("flux", "") if world.cluster else ""
    if said:
        return older(said)
    return next(filter(None, doubts(world)), "")


def doubts(world: World) -> Iterator[str]:
    """What the tree says of the Flux that it installs."""
    for one in world.by_kind.get("FluxInstance.fluxcd.controlplane.io", ()):
        yield from of_distribution(one.body, "spec", "distribution")
    for one in world.by_kind.get("HelmRelease.helm.toolkit.fluxcd.io", ()):
        yield from of_distribution(one.body, "spec", "values", "instance", "distribution")
        if one.ref.name == "flux-instance" and SWITCHED_OFF in str(one.body):
            yield f"Flux is told {SWITCHED_OFF}"
    for one in world.by_kind.get("OCIRepository.source.toolkit.fluxcd.io", ()):
        if text_at(one.body, "spec", "url").endswith("/flux-manifests"):
            yield older(text_at(one.body, "spec", "ref", "tag"))
    for one in world.by_name.get(("Deployment.apps", "kustomize-controller"), ()):
        yield older(text_at(one.body, "metadata", "labels", "app.kubernetes.io/version"))
        for _, container in mappings_at(one.body, "spec", "template", "spec", "containers"):
            if any(SWITCHED_OFF in word for word in words_at(container, "args")):
                yield f"Flux is told {SWITCHED_OFF}"


def of_distribution(body: object, *path: str) -> Iterator[str]:
    """What a distribution of the Flux Operator says: a version, or files that bring one."""
    yield older(text_at(body, *path, "version"))
    artifact = text_at(body, *path, "artifact")
    _, colon, tag = artifact.rpartition("/")[2].partition(":")
    if colon and tag != "latest":
        yield f"which Flux {artifact} brings is not known, and before 2.9 it is left empty"


def older(version: str) -> str:
    """The doubt where a version of Flux is one that leaves them empty."""
    found = VERSION.match(version)
    is_old = found is not None and (int(found[1]), int(found[2])) < FIRST
    return f"Flux {version} leaves it empty" if is_old else ""
