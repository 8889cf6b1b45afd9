"""Whether the rules of an admission policy are about an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.data_cascades import plural_of
from bayplan.validation import selectors
from bayplan.validation.fields import mappings_at, text_at, texts_at, value_at, words_at
from bayplan.validation.once import once
from bayplan.validation.schema.library import crd_kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

ALL = "*"


def covers(resources: object, manifest: Manifest, before: Manifest | None, world: World) -> bool:
    """Whether `MatchResources` select an object and what is done to it; where nothing is said, all of them."""
    if not isinstance(resources, dict):
        return True
    operation = "CREATE" if before is None else "UPDATE"
    name = plural(manifest, world)
    rules = [one for _, one in mappings_at(resources, "resourceRules")]
    if rules and not any(names(rule, manifest, name, operation) for rule in rules):
        return False
    if any(names(rule, manifest, name, operation) for _, rule in mappings_at(resources, "excludeResourceRules")):
        return False
    own = selectors.read(resources, "objectSelector")
    if own is not None and not own.admits(texts_at(manifest.body, "metadata", "labels")):
        return False
    return in_namespace(resources, manifest, world)


def names(rule: dict[str, object], manifest: Manifest, resource: str, operation: str) -> bool:
    """Whether one rule is about an object; versions of a kind are taken for one, as `Equivalent` does."""
    wanted = ((words_at(rule, "apiGroups"), manifest.ref.group), (words_at(rule, "resources"), resource))
    of_group = all(ALL in words or "*/*" in words or word in words for words, word in wanted)
    operations, known = words_at(rule, "operations"), words_at(rule, "resourceNames")
    return of_group and (ALL in operations or operation in operations) and (not known or manifest.ref.name in known)


def in_namespace(resources: object, manifest: Manifest, world: World) -> bool:
    """Whether the Namespace of an object is selected; objects without one always are."""
    selector = selectors.read(resources, "namespaceSelector")
    if selector is None or not manifest.ref.namespace:
        return True
    found = world.by_name.get(("Namespace", manifest.ref.namespace), ())
    labels = texts_at(found[0].body, "metadata", "labels") if found else {}
    return selector.admits(labels | {"kubernetes.io/metadata.name": manifest.ref.namespace})


def plural(manifest: Manifest, world: World) -> str:
    """What the resource of an object is called."""
    group, kind = manifest.ref.group, manifest.ref.kind
    found = defined(world).get((group, kind)) or value_at(crd_kinds().get(group, {}).get(kind), "plural")
    if isinstance(found, str) and found:
        return found
    word = kind.lower()
    return word if word == "endpoints" else plural_of(word)


@once
def defined(world: World) -> Mapping[tuple[str, str], str]:
    """Group and kind to the plural, of definitions in the tree."""
    return {
        (text_at(one.body, "spec", "group"), text_at(one.body, "spec", "names", "kind")): text_at(
            one.body, "spec", "names", "plural"
        )
        for one in world.by_kind.get("CustomResourceDefinition.apiextensions.k8s.io", ())
    }
