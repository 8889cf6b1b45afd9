"""Whether a seating keeps the rules: plain loops over nodes, no solver, nothing shared with who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.sharing.ceiling import ceiling
from bayplan.placement.sharing.question import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.placement.sharing.question import Bundle, Question
    from bayplan.placement.sharing.seating import Filling, Seating


def breaches(question: Question, seating: Seating) -> list[str]:
    """Every broken rule, as a sentence, sorted."""
    return sorted({*_filling_breaches(question, seating), *_count_breaches(question, seating)})


def _filling_breaches(question: Question, seating: Seating) -> Iterator[str]:
    for filling in seating.fillings:
        host = question.hosts[filling.host]
        used = [0] * len(host.room)
        for bundle in filling.bundles:
            yield from _bundle_breaches(question, filling, bundle)
            for claim, count in bundle[1]:
                for kind, need in enumerate(question.claims[claim].needs):
                    used[kind] += need * count
        accelerators = sum(bundle[0] for bundle in filling.bundles)
        if accelerators > host.accelerators:
            yield f"{host.name}: {accelerators} accelerators are taken of {host.accelerators}"
        for kind, (taken, room) in enumerate(zip(used, host.room, strict=True)):
            if taken > room:
                yield f"{host.name}: {taken} are taken of {room} of resource {kind}"


def _bundle_breaches(question: Question, filling: Filling, bundle: Bundle) -> Iterator[str]:
    """Sharers within one accelerator; whole ones, or none, for one pod alone."""
    host = question.hosts[filling.host]
    milli = 0
    for claim, count in bundle[1]:
        one = question.claims[claim]
        milli += count * one.share_milli
        if filling.host not in one.hosts:
            yield f"{one.name} may not sit on {host.name}"
        if one.width != bundle[0] or count < 1:
            yield f"{one.name} takes {one.width} accelerators, not {bundle[0]}, {count} times"
        if not one.share_milli and (len(bundle[1]) > 1 or count > 1):
            yield f"{one.name} shares what it has to itself"
    if milli > WHOLE:
        yield f"{host.name}: {milli} thousandths of one accelerator are taken"


def _count_breaches(question: Question, seating: Seating) -> Iterator[str]:
    for host, node in enumerate(question.hosts):
        used = sum(filling.nodes for filling in seating.fillings if filling.host == host)
        if used > node.nodes:
            yield f"{node.name}: {used} nodes are used of {node.nodes}"
    seated = seating.seated(question)
    for one, count in zip(question.claims, seated, strict=True):
        if count > one.count:
            yield f"{one.name}: {count} pods are seated of {one.count}"
    weight = sum(one.weight * count for one, count in zip(question.claims, seated, strict=True))
    if weight != seating.weight:
        yield f"the pods that sit weigh {weight}, not {seating.weight}"
    if ceiling(question, seating.prices) != seating.ceiling:
        yield f"the prices prove {ceiling(question, seating.prices)}, not {seating.ceiling}"
    if weight > seating.ceiling:
        yield f"the pods that sit weigh {weight}, which is more than can be"
