"""Kueue's scheduler, cycle by cycle: the first job of every queue, in the order of who borrows least.

In a cycle, each queue brings its first job; those within their own quota go before those that borrow, then higher
priorities, then who came first. A job that no longer fits after the others tries again; one that cannot have what it
needs is put aside until something ends (`best-effort`), or holds its queue up (`strict`). Read in Kueue 0.19.2,
pkg/scheduler/scheduler.go and pkg/cache/queue/cluster_queue.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.placement.admission import fair, shares, stopping
from bayplan.placement.admission.line import Entry, Line, Waiting, held, root_of
from bayplan.placement.admission.nearness import holds, seat, seated, taken_by
from bayplan.placement.admission.running import Running, Wish, add, mode_of, remove, without
from bayplan.spec.queueing.assign import Mode, assign

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bayplan.placement.admission.nearness import Spot
    from bayplan.spec.queueing.division import Slot
    from bayplan.spec.queueing.job import Job
    from bayplan.spec.queueing.tree import Node


def _by_reach(one: Entry) -> tuple[int, int, int]:
    return one.assignment.distance, -one.waiting.job.priority, one.waiting.number


class Simulation:
    """Queues, who waits in them, and who was admitted."""

    def __init__(
        self, lines: Mapping[str, Line], spots: Mapping[str, Sequence[Spot]] | None = None, *, is_fair: bool = False
    ) -> None:
        """The queues by their team, and the nodes of kinds whose topology is known; `is_fair` where what is borrowed is
        shared by weight."""
        self.spots = spots or {}
        """Nodes by their kind."""
        for line in lines.values():
            line.node.stops_to_borrow = is_fair and line.rights.others
        self._is_fair = is_fair
        self._victims = fair.victims if is_fair else stopping.victims
        self.lines = dict(sorted(lines.items()))
        self.running: list[Running] = []
        self.flavors: dict[str, tuple[str, ...]] = {}
        """What each running job was given, group by group."""
        self.stopped: dict[str, tuple[str, ...]] = {}
        """Who was stopped for a job."""
        self._cycle = 0
        self._came = 0

    def arrive(self, jobs: Iterable[Job]) -> None:
        """Jobs come, one behind the other; nobody is admitted before `settle`."""
        for job in jobs:
            self._came += 1
            self.lines[job.team].active.append(Waiting(job, self._came))

    def settle(self) -> list[str]:
        """Let the scheduler work until nothing changes any more: who was admitted, in order."""
        admitted: list[str] = []
        seen = set[object]()
        while (state := self._state()) not in seen:
            seen.add(state)
            admitted += self._run_cycle()
        there = {one.job.name for one in self.running}
        return [name for name in dict.fromkeys(reversed(admitted)) if name in there][::-1]

    def finish(self, names: Iterable[str]) -> None:
        """Running jobs end: what they used is free, and those put aside try again."""
        ended = set(names)
        for one in [one for one in self.running if one.job.name in ended]:
            self._take_away(one)

    def waiting(self) -> list[Waiting]:
        """Everybody who waits, queue by queue, in order."""
        return [one for line in self.lines.values() for one in sorted(line.active + line.aside, key=lambda x: x.rank)]

    def _state(self) -> object:
        lines = (
            (*((one.number, one.tried) for one in line.active), -1, *(one.number for one in line.aside))
            for line in self.lines.values()
        )
        return tuple(lines), tuple(one.number for one in self.running)

    def _run_cycle(self) -> list[str]:
        self._cycle += 1
        entries = [self._nominate(line) for line in self.lines.values() if line.active]
        reserved: list[Running] = []
        doomed: list[Running] = []
        turns = shares.by_share(entries) if self._is_fair else iter(sorted(entries, key=_by_reach))
        admitted = [entry.waiting.job.name for entry in turns if self._process(entry, reserved, doomed)]
        for one in reserved:
            remove(one)
        for one in doomed:
            self._take_away(one)
            self.lines[one.job.team].active.append(Waiting(one.job, one.number))
        for line in self.lines.values():
            line.active.sort(key=lambda one: one.rank)
        return admitted

    def _nominate(self, line: Line) -> Entry:
        """What the first of a queue would get, if nobody else was there."""
        line.active.sort(key=lambda one: one.rank)
        waiting = line.active.pop(0)
        if self._cycle - waiting.cycle > 1 and waiting.freed < line.freed:
            waiting.tried = ()
        return self._assess(waiting, line)

    def _assess(self, waiting: Waiting, line: Line) -> Entry:
        job = waiting.job

        def oracle(queue: Node, slot: Slot, amount: int) -> tuple[Mode, int]:
            wish = Wish(job=job, queue=queue, asked={slot: amount}, short=frozenset((slot,)))
            stopped = self._victims(wish, self.running, line.rights)
            for one in stopped:
                remove(one)
            distance = queue.reach(slot, amount)[0]
            for one in stopped:
                add(one)
            return mode_of(queue, stopped), distance

        found = seated(self.spots, job, assign(line.node, job.podsets, oracle, waiting.tried))
        waiting.tried, waiting.cycle, waiting.freed = found.tried, self._cycle, line.freed
        targets: list[Running] = []
        if Mode.NEVER_NOW < found.mode < Mode.FREE:
            wish = Wish(
                job=job,
                queue=line.node,
                asked=found.usage,
                short=found.short,
                is_seated=lambda: seat(self.spots, job, found.flavors) is not None,
            )
            targets = self._victims(wish, self.running, line.rights)
        return Entry(waiting, line, found, targets, taken_by(self.spots, job, found, targets))

    def _process(self, entry: Entry, reserved: list[Running], doomed: list[Running]) -> bool:
        """Admit a job, stop others for it, or put it back; whether it was admitted."""
        waiting, line = entry.waiting, entry.line
        if self._has_quota(entry, doomed) and not self._has_nodes(entry, doomed):
            # others have taken its nodes in this cycle
            waiting.tried = ()
            entry = self._assess(waiting, line)
        found = entry.assignment
        if found.mode is Mode.NEVER_NOW or (found.mode is not Mode.FREE and not entry.targets):
            if found.mode is not Mode.NEVER_NOW and not line.rights.others:
                self._reserve(entry.running(held(line.node, found)), reserved)
            keep = line.is_strict or any(place != -1 for place in waiting.tried)
            (line.active if keep else line.aside).append(waiting)
            return False
        if any(one in doomed for one in entry.targets) or not (
            self._has_quota(entry, doomed) and self._has_nodes(entry, doomed)
        ):
            line.active.append(waiting)
            return False
        if found.mode is not Mode.FREE:
            self._reserve(entry.running(found.usage), reserved)
            doomed += entry.targets
            self.stopped[waiting.job.name] = tuple(one.job.name for one in entry.targets)
            waiting.is_first, waiting.tried = not line.is_strict, ()
            line.active.append(waiting)
            return False
        self._admit(entry)
        return True

    def _reserve(self, one: Running, reserved: list[Running]) -> None:
        """Have something used until the cycle ends."""
        add(one)
        reserved.append(one)

    def _has_quota(self, entry: Entry, doomed: list[Running]) -> bool:
        node = entry.line.node
        with without((*doomed, *entry.targets)):
            return all(amount <= node.available(slot) for slot, amount in entry.assignment.usage.items())

    def _has_nodes(self, entry: Entry, doomed: list[Running]) -> bool:
        with without((*doomed, *entry.targets)):
            return holds(self.spots, entry.taken)

    def _admit(self, entry: Entry) -> None:
        one = entry.running(entry.assignment.usage)
        add(one)
        self.running.append(one)
        self.flavors[one.job.name] = entry.assignment.flavors

    def _take_away(self, one: Running) -> None:
        remove(one)
        self.running.remove(one)
        self.lines[one.job.team].freed += 1
        root = root_of(one.queue)
        for line in self.lines.values():
            if root_of(line.node) is root:
                line.active += line.aside
                line.aside.clear()
