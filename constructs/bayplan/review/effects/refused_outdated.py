"""Objects that stay as they are while their definition changes so that it refuses them; found once for a comparison.

The API server forgives what was wrong before in a part that stays the same (ratcheting), so that most of them are taken
as long as nobody touches that part. What it cannot read is refused at once: fields that are not there any more and
values of another type, by server-side apply; versions that are not served.
Source: <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-ratcheting>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from bayplan.review.effects.refused_parts import refusals
from bayplan.validation.changes import is_left_alone
from bayplan.validation.fields import text_at
from bayplan.validation.finding import Status
from bayplan.validation.flux.order import CRD
from bayplan.validation.kinds import kind_of
from bayplan.validation.schema.wording import TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair

UNSERVED = "SCH003"
BY_SCHEMA = ("SCH001", UNSERVED, "SCH004")
"""Rules by which the API server refuses an object: its schema, a version that is not served, a rule in CEL."""
REFUSING = frozenset(
    {
        *BY_SCHEMA,
        *("CAP012", "FLX006", "FLX014", "FLX017", "GPU001", "RBC003", "RBC004", "SCH007", "SCL012", "SEC004", "STO006"),
        *("WRK001", "WRK003", "WRK004", "WRK007", "WRK008", "WRK009", "WRK010", "WRK011", "WRK012", "WRK013"),
    }
)
"""All rules by which it refuses the object that they tell of, without webhooks."""
UNREAD = frozenset({"FLX006", "FLX014", "FLX017", UNSERVED})
"""Those of objects that it does not come to judge."""


UNREADABLE = re.compile(rf" is no field of |, must be ({'|'.join(TYPES.values())})\b")
"""Messages about fields that there are not, and about values of another type."""


class Outdated(NamedTuple):
    """An object that the new definition refuses."""

    manifest: Manifest
    why: str
    is_now: bool
    """Whether it is refused although it has not changed."""


KEPT: WeakKeyDictionary[Comparison, list[tuple[Pair, list[Outdated]]]] = WeakKeyDictionary()


def outdated(comparison: Comparison) -> list[tuple[Pair, list[Outdated]]]:
    """Definitions that have changed and are taken, each with the objects of the tree that it refuses now."""
    if comparison not in KEPT:
        KEPT[comparison] = [
            (pair, [*refused(comparison, pair)])
            for pair in comparison.changed
            if kind_of(pair.after) == CRD
            and not is_left_alone(pair.after)
            and id(pair.after) not in refusals(comparison)
        ]
    return KEPT[comparison]


def refused(comparison: Comparison, pair: Pair) -> Iterator[Outdated]:
    """Objects of the tree that were right and are not."""
    kind = f"{text_at(pair.after.body, 'spec', 'names', 'kind')}.{text_at(pair.after.body, 'spec', 'group')}"
    for manifest in comparison.head.by_kind.get(kind, ()):
        before = comparison.before(manifest)
        if before is None or before.body != manifest.body:
            continue  # what is new or changed is told by the findings of check
        for code in BY_SCHEMA:
            hit = next(
                (one for one in comparison.head.verdicts.of(manifest, code) if one.status is Status.BROKEN), None
            )
            old = any(one.status is Status.BROKEN for one in comparison.base.verdicts.of(before, code))
            if hit is not None and not old:
                yield Outdated(manifest, hit.message, code == UNSERVED or bool(UNREADABLE.search(hit.message)))
                break
