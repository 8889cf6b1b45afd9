"""What one workload may not ask for at once, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.workloads.workload import Workload


def contradictions(workload: Workload) -> Iterator[Wrong]:
    """Policies that exclude each other, each at the one that is easier to give up."""
    if workload.priority == "critical" and workload.may_wait:
        fix = "Keep one of them: who is critical always has room."
        yield Wrong(what="a critical workload cannot wait for room", fix=fix, at="/may_wait")
    if workload.storage and workload.storage.each and workload.kind != "Service":
        fix = "Leave it out, or let a Service keep the data."
        yield Wrong(what=f"a {workload.kind} has no volume for each replica", fix=fix, at="/storage/each")
    peers = [workload.name]
    for word, names in (("near", workload.near), ("apart", workload.apart)):
        for number, name in enumerate(names):
            if name in peers:
                what = f"'{name}' is the workload itself" if name == workload.name else f"'{name}' is named twice"
                fix = 'Remove it. Replicas of one workload keep apart by spread: hosts: "must".'
                yield Wrong(what=f"{word}: {what}", fix=fix, at=f"/{word}/{number}")
            peers.append(name)
        peers = [workload.name]
