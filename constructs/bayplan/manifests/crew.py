"""Work that is spread over processes: Python reads YAML on one processor only, and machines have several."""

from __future__ import annotations

import marshal
import os
import signal
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
_CREW_MAX = 4
"""More are not faster: the results of all pass through one process."""
_LISTENERS = frozenset({"process.stderr_sink"})
"""Threads that wait for a pipe of their own, and hold no lock that others want: jsii's, for what Node prints."""


def spread(
    work: Callable[[Sequence[Item]], Any],
    items: Sequence[Item],
    *,
    least: int,
    meanwhile: Callable[[], object] | None = None,
) -> list[Any]:
    """What `work` makes of each share of the items, in their order; a share holds at least so many.

    `meanwhile` is done here while others still work, and this process takes a smaller share for it.
    `work` must do the same wherever it runs, and give plain data (what marshal takes). A process that dies loses
    nothing: its share is done here. With threads about nothing is forked, since they might hold locks for ever.
    """
    crew = min(_CREW_MAX, _processors(), len(items) // least)
    if crew < 2 or not hasattr(os, "fork") or not _is_alone():
        return [work(items)]
    first = -(-len(items) // crew)
    first = first * 2 // 3 if meanwhile else first
    cut = -(-(len(items) - first) // (crew - 1))
    own, others = items[:first], [items[begin : begin + cut] for begin in range(first, len(items), cut)]
    children: list[tuple[int, int]] = []
    try:
        children += (_start(work, share) for share in others)
        results = [work(own)]
        if meanwhile:
            meanwhile()
        for share, (_, pipe) in zip(others, children, strict=True):
            data = _drain(pipe)
            results.append(marshal.loads(data) if data else work(share))  # noqa: S302 - our own child wrote it
        return results
    finally:
        for child, pipe in children:
            _end(child, pipe)


def _start(work: Callable[[Sequence[Item]], Any], share: Sequence[Item]) -> tuple[int, int]:
    """A process that works on a share, and the pipe that it will tell the result through."""
    pipe, told = os.pipe()
    child = os.fork()
    if child:
        os.close(told)
        return child, pipe
    try:
        data = marshal.dumps(work(share))
        with open(told, "wb") as out:  # noqa: PTH123 - a pipe has no path
            out.write(len(data).to_bytes(8, "little") + data)
    finally:
        os._exit(0)  # nothing of the parent's may be flushed or cleaned up twice


def _drain(pipe: int) -> bytes:
    """All that a process told; nothing when it did not come to its end."""
    with open(pipe, "rb", closefd=False) as told:
        size = int.from_bytes(told.read(8), "little")
        data = told.read()
    return data if len(data) == size else b""


def _end(child: int, pipe: int) -> None:
    os.close(pipe)
    os.kill(child, signal.SIGKILL)  # it has told all, or nobody wants to know any more
    os.waitpid(child, 0)


def _is_alone() -> bool:
    own = threading.current_thread()
    return all(one is own or one.name in _LISTENERS for one in threading.enumerate())


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
