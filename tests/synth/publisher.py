"""Run by test_swap.py in a process of its own: puts tree A or B in place, and dies where it is told to.

`publisher.py crash OUT [renames]` kills one child before each of its file operations in turn, and says what stood then.
`publisher.py race OUT` puts A and B in place again and again, as several processes do at once.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from pathlib import Path

from bayplan.render import swap
from bayplan.render.staging import fill, survey

A = {f"lab/apps/a{number}/ConfigMap.x.yaml": b"old" for number in range(3)} | {
    "lab/apps/same/ConfigMap.y.yaml": b"same"
}
B = {f"lab/apps/b{number}/ConfigMap.x.yaml": b"new" for number in range(2)} | {
    "lab/apps/same/ConfigMap.y.yaml": b"same"
}
TREES = {"old": A, "new": B}
OPERATIONS = ("open", "os.", "shutil.")


def publish(out: Path, files: dict[str, bytes]) -> None:
    with swap.stage_for(out) as staging:
        standing = survey(out)
        if files != standing.files:
            fill(staging, out, files, standing)
            swap.swap_in(staging, out)


def die_at(operation: int) -> None:
    seen = 0

    def count(event: str, _: object) -> None:
        nonlocal seen
        if event.startswith(OPERATIONS) and event != "os.kill":
            seen += 1
            if seen == operation:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def survives(out: Path, operation: int) -> bool:
    """Whether a child that puts B in place comes to its end."""
    child = os.fork()
    if child == 0:
        die_at(operation)
        publish(out, B)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def what_stands(out: Path) -> str:
    if not out.exists():
        return "nothing"
    files = survey(out).files
    return next((name for name, tree in TREES.items() if tree == files), "half")


def crash(out: Path) -> None:
    """How often what stood right after the crash, and after the next run has begun."""
    stood, recovered = Counter[str](), Counter[str]()
    operation, finished = 0, False
    while not finished:
        operation += 1
        publish(out, A)
        finished = survives(out, operation)
        stood[what_stands(out)] += 1
        with swap.stage_for(out):
            recovered[what_stands(out)] += 1
        left = [path.name for path in out.parent.iterdir() if path != out]
        assert not left, left
    sys.stdout.write(" ".join([str(operation), *sorted(stood), "|", *sorted(recovered)]))


def race(out: Path) -> None:
    for _ in range(20):
        publish(out, A)
        publish(out, B)


if __name__ == "__main__":
    if "renames" in sys.argv:
        swap._exchange = lambda *_: False  # as on a system that cannot exchange two names
    {"crash": crash, "race": race}[sys.argv[1]](Path(sys.argv[2]))
