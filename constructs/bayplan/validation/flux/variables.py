"""What Flux substitutes: the variables of a Kustomization's `postBuild`, as far as the tree shows them.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution>
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, texts_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bayplan.manifests.manifest import Manifest


class Variables(NamedTuple):
    """The variables of one Kustomization."""

    values: dict[str, str]
    """By name; one that is known to be there and whose value is not has its own name as its value: `${NAME}`."""
    is_open: bool
    """Whether there may be more, from a ConfigMap or Secret that is not in this tree."""


class Named(NamedTuple):
    """One entry of `substituteFrom`."""

    kind: str
    name: str
    place: int
    optional: bool


def named_by(sync: Manifest) -> list[Named]:
    """The ConfigMaps and Secrets that a Flux Kustomization takes variables from, in the order in which they count."""
    return [
        Named(text_at(item, "kind"), text_at(item, "name"), index, item.get("optional") is True)
        for index, item in mappings_at(sync.body, "spec", "postBuild", "substituteFrom")
    ]


def variables_of(sync: Manifest, look_up: Callable[[str, str, str], Iterable[Manifest]]) -> Variables:
    """The variables of a Flux Kustomization. `look_up` finds what the tree has of a kind, namespace and name."""
    values: dict[str, str] = {}
    is_open = False
    for one in named_by(sync):
        found = list(look_up(one.kind, sync.ref.namespace, one.name))
        if len(found) == 1:
            values |= values_of(found[0])
        else:
            is_open = True
    values |= texts_at(sync.body, "spec", "postBuild", "substitute")
    return Variables(values, is_open)


def values_of(manifest: Manifest) -> dict[str, str]:
    """What a ConfigMap or Secret holds."""
    if manifest.ref.kind == "ConfigMap":
        values = mapping_at(manifest.body, "data")
    else:
        coded = mapping_at(manifest.body, "data").items()
        values = {key: _decoded(value) for key, value in coded} | mapping_at(manifest.body, "stringData")
    return {
        str(key): value if isinstance(value, str) and not is_variable(value) else f"${{{key}}}"
        for key, value in values.items()
    }


def _decoded(value: object) -> str | None:
    if not isinstance(value, str) or is_variable(value):
        return None
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
