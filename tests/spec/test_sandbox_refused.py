"""Where the kernel says no, at whatever step: refused with the step's name, and no app has run."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.spec.repository_of_specs import needs_sandbox

if TYPE_CHECKING:
    from tests.spec.repository_of_specs import Repository

CALLS = {"unshare": 272, "mount": 165, "pivot_root": 155, "mount_setattr": 442, "umount2": 166, "capset": 126}
LIMITS = {"setrlimit": 302}
"""As x86_64 counts them; Python sets limits by prlimit64."""
APP = """\
from bayplan import App, Service
app = App(name="shop", team="web", workloads=[Service(name="a", image="r.example.com/a:v1")])
"""
LOADS = """
import ctypes, struct, sys
from pathlib import Path
from bayplan.complaint import BadInput
from bayplan.spec.load import load
from bayplan.spec.recording.kernel import NO_NEW_PRIVILEGES, SET_SECCOMP, call
from bayplan.spec.recording import syscalls as s

steps = [s._step(s.LOAD, s.CALL), s._step(s.EQUAL, int(sys.argv[2]), 0, 1)]
program = b"".join([*steps, s._step(s.RETURN, s.REFUSE), s._step(s.RETURN, s.ALLOW)])
memory = ctypes.create_string_buffer(program, len(program))
call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
call("prctl", SET_SECCOMP, 2, struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(memory)), 0, 0)
try:
    print(load(Path(sys.argv[1]), sandbox=sys.argv[3] == "yes").apps[0].name)
except BadInput as bad:
    print(bad)
"""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine != "x86_64", reason="denies calls by their number on x86_64"
)


@pytest.mark.parametrize("name", CALLS | LIMITS)
def test_a_step_that_the_kernel_denies_is_named(repository: Repository, name: str) -> None:
    needs_sandbox()
    where = "apps/shop.py" if name in LIMITS else "apps"
    assert loads(repository, name, "yes").startswith(f"{where}: --sandbox: this machine gives no sandbox: {name}: ")
    assert loads(repository, name, "no") == "shop\n"


def loads(repository: Repository, denied: str, sandbox: str) -> str:
    """What loading says where one call is denied, as containers deny them."""
    repository.write("apps/shop.py", APP)
    command = [sys.executable, "-c", LOADS, str(repository.root), str((CALLS | LIMITS)[denied]), sandbox]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.stderr == ""
    return told.stdout
