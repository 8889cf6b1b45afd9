"""Reading in several processes gives what one process gives, also when one of them dies.

In a process of its own: pytest-xdist has threads, and with threads about nothing is forked.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CREW = """
import os, signal, sys, time
from bayplan.manifests import crew
crew._processors = lambda: 3
parent = os.getpid()

def work(share):
    if sys.argv[1] == "dies" and os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    if sys.argv[1] == "fails" and share[0] != "0":
        raise ValueError(share[0])
    if sys.argv[1] == "interrupted":
        if os.getpid() == parent:
            raise KeyboardInterrupt
        time.sleep(60)
    return [os.getpid() != parent, *share]

try:
    shares = crew.spread(work, [str(number) for number in range(10)], least=2)
    told = [number for share in shares for number in share[1:]] == [str(number) for number in range(10)]
    print(told, [share[0] for share in shares])
except (ValueError, KeyboardInterrupt) as error:
    print(type(error).__name__, error)
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("nobody is left")
"""

TREE = """
import sys
from pathlib import Path
from bayplan.manifests import crew
from bayplan.manifests.read import read_tree
told = []
for crew._CREW_MAX in (1, 2):
    crew._processors = lambda: 2
    tree = read_tree(Path(sys.argv[1]))
    found = [(one.file, one.ref, one.body, one.line, one.line_of("/metadata/name")) for one in tree.inventory.manifests]
    told.append((found, tree.complaints))
print(len(told[0][0]), len(told[0][1]), told[0] == told[1])
"""


def run(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=50).stdout


def test_shares_are_worked_on_by_several_and_told_in_order() -> None:
    assert run(CREW, "well") == "True [False, True, True]\nnobody is left\n"


def test_the_share_of_one_that_dies_is_done_all_the_same() -> None:
    assert run(CREW, "dies") == "True [False, False, False]\nnobody is left\n"


def test_what_fails_in_another_process_fails_here() -> None:
    assert run(CREW, "fails") == "ValueError 4\nnobody is left\n"


def test_nobody_goes_on_after_an_interruption() -> None:
    assert run(CREW, "interrupted") == "KeyboardInterrupt \nnobody is left\n"


def test_a_large_tree_is_read_as_a_small_one_is(tmp_path: Path) -> None:
    for number in range(1100):
        text = f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a{number}\n---\n---\napiVersion: v1\nkind: List\n"
        (tmp_path / f"{number}.yaml").write_text(text + "items: [{kind: A, apiVersion: v1, metadata: {name: b}}]\n")
    (tmp_path / "1000.yaml").write_text("a: [\n")
    (tmp_path / "7.yaml").write_text("a: 1\na: 1\n")
    assert run(TREE, str(tmp_path)) == "2196 2 True\n"
