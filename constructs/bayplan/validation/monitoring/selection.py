"""What no Prometheus selects, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation import selectors
from bayplan.validation.fields import is_variable, texts_at
from bayplan.validation.finding import Status
from bayplan.validation.kinds import kind_of
from bayplan.validation.monitoring.scrapers import SELECTED_BY
from bayplan.validation.rule import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World


def unselected(chosen: Manifest, asked: Sequence[Manifest], world: World) -> Iterator[Hit]:
    """A hit where every one of some objects is known not to select another."""
    labels = texts_at(chosen.body, "metadata", "labels")
    if not asked or any(map(is_variable, [chosen.ref.namespace, *labels.values()])):
        return
    if any(world.scrapes.scrapers.selects(one, chosen) is not False for one in asked):
        return
    reasons = "; ".join(f"{one.ref} {refusal(one, chosen)}" for one in asked[:3])
    others = world.scrapes.scrapers.others or next(
        (f"{one.ref} is changed before it is applied" for one in asked if one.file in world.drafts), ""
    )
    doubt = f", but {others}" if others else ""
    where = "/metadata/labels" if labels else "/metadata"
    yield Hit(where, f"is selected by no Prometheus: {reasons}{doubt}", Status.UNKNOWN if others else Status.BROKEN)


def refusal(prometheus: Manifest, chosen: Manifest) -> str:
    """Why an object is not selected, in words."""
    word = SELECTED_BY[kind_of(chosen)]
    wanted = selectors.read(prometheus.body, "spec", f"{word}Selector")
    if wanted is None:
        return f"has no {word}Selector, which selects none"
    if not wanted.admits(texts_at(chosen.body, "metadata", "labels")):
        return f"asks for {wanted}"
    spaces = selectors.read(prometheus.body, "spec", f"{word}NamespaceSelector")
    return f"asks for namespaces with {spaces}" if spaces is not None else "looks in its own namespace only"
