"""What a tree sets of the mesh's configuration: in istiod's ConfigMap, in its chart's values, or for its operator.

Source: <https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mapping_at, text_at

if TYPE_CHECKING:
    from bayplan.validation.world import World

PLACES = {
    "HelmRelease.helm.toolkit.fluxcd.io": ("spec", "values", "meshConfig"),
    "Istio.sailoperator.io": ("spec", "values", "meshConfig"),
    "IstioOperator.install.istio.io": ("spec", "meshConfig"),
}
CONFIG_MAP = "istio"


def config_of(world: World) -> dict[str, Any]:
    """The settings, those of later objects on top; empty where the tree shows none."""
    found: dict[str, Any] = {}
    for one in world.by_name.get(("ConfigMap", CONFIG_MAP), ()):
        if text := text_at(one.body, "data", "mesh"):
            found |= read(text)
    for kind, path in PLACES.items():
        for one in world.by_kind.get(kind, ()):
            found |= mapping_at(one.body, *path)
    return found


def read(text: str) -> dict[str, Any]:
    """The settings in a text of YAML; none where it is not YAML."""
    from bayplan.complaint import BadInput  # noqa: PLC0415 - few trees hold istiod's own ConfigMap
    from bayplan.manifests.yaml import read as read_yaml  # noqa: PLC0415

    try:
        documents = list(read_yaml(text.encode(), file=CONFIG_MAP))
    except BadInput:
        return {}
    value = getattr(documents[0], "body", documents[0]) if documents else {}
    return value if isinstance(value, dict) else {}
