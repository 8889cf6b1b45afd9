"""Fair sharing: whoever has borrowed least for its weight goes first.

The share of a queue or cohort is what it uses beyond its own, of the resource of which that is most, as a part of all
that could be lent to it, for each unit of its weight. Read in Kueue 0.19.2, pkg/cache/scheduler/fair_sharing.go and
pkg/scheduler/fair_sharing_iterator.go.

Source: <https://kueue.sigs.k8s.io/docs/concepts/fair_sharing/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.admission.line import root_of
from bayplan.placement.admission.running import free, use

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bayplan.placement.admission.line import Entry
    from bayplan.spec.queueing.division import Slot
    from bayplan.spec.queueing.tree import Node

_Rank = tuple[bool, float, int, int]


def share_of(node: Node) -> float:
    """What a queue or cohort uses beyond its own, for its weight; 0 where that is nothing."""
    if node.parent is None:
        return 0.0
    beyond: dict[str, int] = {}
    for slot, used in node.usage.items():
        more = used - node.subtree.get(slot, 0)
        if more > 0:
            beyond[slot[1]] = beyond.get(slot[1], 0) + more
    lendable = _lendable(node.parent, beyond)
    most = max((amount * 1000.0 / lendable[name] for name, amount in beyond.items() if lendable[name]), default=0.0)
    return most / node.weight


def borrows(node: Node, among: Iterable[Slot] = ()) -> bool:
    """Whether it uses more than its own of any of these; of anything at all where none is named."""
    slots = tuple(among) or tuple(node.usage)
    return node.parent is not None and any(node.usage.get(one, 0) > node.subtree.get(one, 0) for one in slots)


def _lendable(node: Node, names: Iterable[str]) -> dict[str, int]:
    """All of each resource that could be lent within a cohort, kinds of nodes together."""
    found = dict.fromkeys(names, 0)
    for slot in root_of(node).subtree:
        if slot[1] in found:
            found[slot[1]] += node.capacity(slot)
    return found


def by_share(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The first jobs of all queues, one after the other: at each level of cohorts those that do not borrow what is
    asked for, then the one with the least share, itself included, then as elsewhere."""
    left = {one.line.node: one for one in entries}
    roots = {root_of(node).name: root_of(node) for node in left}
    for _, root in sorted(roots.items()):
        while first := _first(root, left, {node: _ranks(one) for node, one in left.items()}):
            yield left.pop(first.line.node)


def _ranks(entry: Entry) -> dict[Node, _Rank]:
    """Its place against others, for its queue and each cohort around it."""
    node, usage = entry.line.node, entry.assignment.usage
    use(node, usage)
    asked = [slot for slot, amount in usage.items() if amount]
    last = -entry.waiting.job.priority, entry.waiting.number
    found = {one: (bool(asked) and borrows(one, asked), share_of(one), *last) for one in (node, *node.above())}
    free(node, usage)
    return found


def _first(node: Node, left: Mapping[Node, Entry], ranks: Mapping[Node, Mapping[Node, _Rank]]) -> Entry | None:
    if not node.is_cohort:
        return left.get(node)
    found = [(one, child) for child in node.children if (one := _first(child, left, ranks))]
    return min(found, key=lambda each: ranks[each[0].line.node][each[1]])[0] if found else None
