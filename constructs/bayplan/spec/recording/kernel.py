"""What the standard library has no words for: calls of the Linux kernel, through the C library.

Python has `os.unshare` only from 3.12 on, and neither mounts nor seccomp at all. No package was taken for it: those on
PyPI bring somebody's binary, need libseccomp on the machine, or are young, and a wall is trusted by reading it.
"""

from __future__ import annotations

import ctypes
import os
import struct

MACHINES = ("x86_64", "aarch64")
"""Whose numbers of system calls are known here."""

NUMBERS = {"pivot_root": (155, 41), "mount_setattr": (442, 442), "capset": (126, 91)}
"""Calls for which not every C library has a function, on each of MACHINES."""

NO_NEW_PRIVILEGES = 38
DIE_WITH_PARENT = 1
SET_SECCOMP = 22
CAPABILITIES_VERSION_3 = 0x20080522


class Missing(Exception):  # noqa: N818 - it says what is missing
    """This machine cannot do it: what, and why."""


def machine() -> int:
    """The place of this machine in MACHINES; raises Missing."""
    system, name = os.uname().sysname, os.uname().machine
    if system != "Linux" or name not in MACHINES or struct.calcsize("P") != 8:
        bits = 8 * struct.calcsize("P")
        raise Missing(f"it is made for Linux on {' and '.join(MACHINES)}; this is {system} on {name}, {bits} bits")
    return MACHINES.index(name)


def call(name: str, *arguments: bytes | int | None) -> int:
    """Call the kernel; raises Missing with the name of the call and the reason."""
    here = machine()
    library = ctypes.CDLL(None, use_errno=True)
    known = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    if name in NUMBERS:
        result = library.syscall(ctypes.c_long(NUMBERS[name][here]), *known)
    else:
        result = getattr(library, name)(*known)
    if result < 0:
        raise Missing(f"{name}: {os.strerror(ctypes.get_errno())}")
    return int(result)


def give_up_privileges() -> None:
    """No capability from now on, and no way to a new one: not by setuid programs either."""
    call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    call("capset", struct.pack("Ii", CAPABILITIES_VERSION_3, 0), bytes(24))
