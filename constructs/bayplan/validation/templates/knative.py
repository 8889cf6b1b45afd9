"""Knative Service: revisions that are scaled by their load, each pod with Knative's own proxy beside it.

Sources: <https://github.com/knative/serving/blob/main/pkg/reconciler/revision/resources/deploy.go>,
<https://knative.dev/docs/serving/autoscaling/scale-bounds/>
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mapping_at, text_at
from bayplan.validation.pod import Count
from bayplan.validation.templates.reading import templated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Pod
    from bayplan.validation.templates.reading import Maker, Tree

SERVING = "serving.knative.dev/"
KNATIVE_LABELS = (
    "app",
    "pod-template-hash",
    *(
        f"{SERVING}{name}"
        for name in ("configurationGeneration", "configurationUID", "revision", "revisionUID", "serviceUID")
    ),
)
SCALE = "autoscaling.knative.dev/"


def service(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """The pods of the newest revision. Knative names a container that has no name, and gives it a port."""
    name = owner.ref.name
    labels = {f"{SERVING}service": name, f"{SERVING}configuration": name}
    pod = templated(owner, "spec", "template", labels=labels, added=KNATIVE_LABELS, completed=True)
    yield replace(pod, count=bounds(mapping_at(owner.body, "spec", "template", "metadata", "annotations")))


def bounds(annotations: Mapping[str, Any]) -> Count:
    """From none to no end, as the annotations do not say otherwise."""
    least, most = (
        text_at(annotations, f"{SCALE}{word}-scale") or text_at(annotations, f"{SCALE}{word}Scale")
        for word in ("min", "max")
    )
    return Count(int(least) if least.isdecimal() else 0, int(most) if most.isdecimal() and most != "0" else None)


MAKERS: dict[str, Maker] = {"Service.serving.knative.dev": service}
