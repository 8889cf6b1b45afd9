"""What the API server, or a webhook of an operator, does not take of a change; found once for a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from bayplan.manifests.pointer import pointer
from bayplan.validation.changes import forced, is_left_alone, says
from bayplan.validation.fields import mappings_at, text_at, value_at
from bayplan.validation.finding import Status
from bayplan.validation.flux.order import CRD
from bayplan.validation.immutable import refused_changes
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.review.comparison import Comparison, Pair

WEBHOOKS: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {
    "Job.batch.volcano.sh": (("spec", "tasks"), frozenset({"replicas", "minAvailable"})),
    "JobSet.jobset.x-k8s.io": (("spec", "replicatedJobs"), frozenset()),
}
"""Kind to what its operator's webhook keeps as it was, and the keys in it that may change.

Sources: <https://github.com/kubernetes-sigs/jobset/blob/v0.12.0/pkg/webhooks/jobset_webhook.go>,
<https://github.com/volcano-sh/volcano/blob/v1.15.1/pkg/webhooks/admission/jobs/validate/admit_job.go>
"""


class Part(NamedTuple):
    """One part that is refused."""

    pointer: str
    what: str
    """In words, for a sentence: `spec.selector cannot change once the object is there`."""
    doubt: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Refusal:
    """An object that cannot become what it is to be."""

    pair: Pair
    parts: tuple[Part, ...]
    is_forced: bool
    """Whether Flux deletes and makes it anew instead."""

    @property
    def doubt(self) -> str:
        """Why it may be taken after all: "" where any part is surely refused."""
        return "" if any(not one.doubt for one in self.parts) else self.parts[0].doubt


KEPT: WeakKeyDictionary[Comparison, Mapping[int, Refusal]] = WeakKeyDictionary()


def refusals(comparison: Comparison) -> Mapping[int, Refusal]:
    """Objects of the head, by identity, that are refused."""
    if comparison not in KEPT:
        found = (refusal(comparison, pair) for pair in comparison.changed if not is_left_alone(pair.after))
        KEPT[comparison] = {id(one.pair.after): one for one in found if one is not None}
    return KEPT[comparison]


def refusal(comparison: Comparison, pair: Pair) -> Refusal | None:
    """What is refused of one object; None for nothing."""
    parts = {one.pointer: one for one in reversed([*parts_of(comparison, pair)])}
    if not parts:
        return None
    draft = comparison.base.draft_of(pair.before)
    told = tuple(one._replace(doubt=one.doubt or draft) for one in reversed(parts.values()))
    return Refusal(pair=pair, parts=told, is_forced=is_forced(comparison, pair))


def is_forced(comparison: Comparison, pair: Pair) -> bool:
    """Whether Flux deletes an object and makes it anew where it cannot change it; the old one may say so as well."""
    return forced(comparison.head, pair.after) or says(pair.before, "force", "enabled")


def parts_of(comparison: Comparison, pair: Pair) -> Iterator[Part]:
    """Everything that is refused."""
    kind, old, new = kind_of(pair.after), pair.before.body, pair.after.body
    for change in refused_changes(kind, old, new):
        yield Part(change.pointer, f"{change.what} cannot change once the object is there", change.doubt)
    for hit in comparison.head.verdicts.of_step(pair.after, pair.before):
        yield Part(hit.pointer, f"a rule of its kind refuses this step ({hit.message})", doubt_of(hit.status))
    if kind == CRD:
        yield from lost_versions(old, new)
    if kind in WEBHOOKS:
        yield from webhook(kind, pair)


def doubt_of(status: Status) -> str:
    """Why a rule may admit the step."""
    return "" if status is Status.BROKEN else "the rule could not be evaluated"


def lost_versions(old: object, new: object) -> Iterator[Part]:
    """The version in which objects were stored."""
    kept = {text_at(version, "name") for _, version in mappings_at(new, "spec", "versions")}
    for _, version in mappings_at(old, "spec", "versions"):
        name = text_at(version, "name")
        if version.get("storage") is True and name not in kept:
            yield Part("/spec/versions", f"version {name} is gone, in which its objects are stored")


def webhook(kind: str, pair: Pair) -> Iterator[Part]:
    """What an operator keeps as it was, where it runs with its webhook."""
    path, free = WEBHOOKS[kind]
    place = pointer(*path)
    held = [one for one in pair.parts if f"{one.pointer}/".startswith(f"{place}/")]
    held = [one for one in held if one.pointer.rpartition("/")[2] not in free]
    if not held:
        return
    doubt = "that is said by the webhook of its operator"
    if any(value_at(one.body, "spec", "suspend") is True for one in (pair.before, pair.after)):
        doubt = "it is suspended, and then some of its template may change"
    yield Part(held[0].pointer, f"{'.'.join(path)} cannot change once the object is there", doubt)
