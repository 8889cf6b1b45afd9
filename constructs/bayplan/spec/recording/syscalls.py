"""Which calls of the kernel an app's process may make: to read, to reckon, to wait, to end. All others are refused.

A filter of seccomp (https://docs.kernel.org/userspace-api/seccomp_filter.html) that names what is allowed, so that what
a later kernel brings is refused, too. No socket of any family (a network namespace alone would leave AF_VSOCK), no
process, thread or program, no signal to others, no opening for writing, no mount, key, trace, or shared memory is among
it. It asks for no privilege, so it stands without `--sandbox`, too, and once it stands nobody can take it away.
"""

from __future__ import annotations

import ctypes
import os
import struct

from bayplan.spec.recording.kernel import NO_NEW_PRIVILEGES, SET_SECCOMP, call, machine

ALLOWED = """
read 0 63, pread64 17 67, readv 19 65, lseek 8 62, write 1 64, close 3 57, fcntl 72 25, getdents64 217 61, getcwd 79 17,
stat 4 -, fstat 5 80, lstat 6 -, newfstatat 262 79, statx 332 291, access 21 -, faccessat 269 48, faccessat2 439 439,
readlink 89 -, readlinkat 267 78, mmap 9 222, munmap 11 215, mprotect 10 226, mremap 25 216, madvise 28 233, brk 12 214,
rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, rt_sigpending 127 136, sigaltstack 131 132, pause 34 -,
futex 202 98, set_robust_list 273 99, rseq 334 293, membarrier 324 283, sched_yield 24 124, sched_getaffinity 204 123,
restart_syscall 219 128, arch_prctl 158 -, getpid 39 172, gettid 186 178, getppid 110 173, getuid 102 174,
geteuid 107 175, getgid 104 176, getegid 108 177, getpgrp 111 -, getpgid 121 155, getsid 124 156, getgroups 115 158,
uname 63 160, sysinfo 99 179, getrusage 98 165, times 100 153, getrlimit 97 163, getrandom 318 278,
clock_gettime 228 113, clock_getres 229 114, clock_nanosleep 230 115, nanosleep 35 101, gettimeofday 96 169, time 201 -,
setitimer 38 103, getitimer 36 102, alarm 37 -, poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72,
exit 60 93, exit_group 231 94
"""
"""Name and number on each of MACHINES; `-` where a machine has no such call."""

OPENS = {"open": ((2, None), 1), "openat": ((257, 56), 2)}
"""Calls that open files, and which of their arguments says how."""
OWN = {"tgkill": (234, 131), "prlimit64": (302, 261)}
"""Calls that may name other processes: allowed for oneself. Python's raise_signal and getrlimit make them."""

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | 0o20000000  # the last makes files without a name
ARCHITECTURES = (0xC000003E, 0xC00000B7)
FOREIGN_CALLS = 0x40000000
"""From here on x86_64 counts the calls of another binary interface."""

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE, END = 0x7FFF0000, 0x00050001, 0x80000000
"""Refused calls fail with EPERM, so that Python tells the line; calls of another architecture end the process."""
CALL, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
"""Where the filter finds them."""


def confine() -> None:
    """Let this process make no other calls from now on; raises Missing where the kernel cannot promise that."""
    here = machine()
    program = b"".join(_program(here))
    memory = ctypes.create_string_buffer(program, len(program))
    address = ctypes.addressof(memory)
    call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    call("prctl", SET_SECCOMP, 2, struct.pack("HxxxxxxQ", len(program) // 8, address), 0, 0)


def _program(here: int) -> list[bytes]:
    program = [
        _step(LOAD, ARCHITECTURE),
        _step(EQUAL, ARCHITECTURES[here], 1, 0),
        _step(RETURN, END),
        _step(LOAD, CALL),
        _step(AT_LEAST, FOREIGN_CALLS, 0, 1),
        _step(RETURN, END),
    ]
    for entry in ALLOWED.split(","):
        number = entry.split()[1 + here]
        if number != "-":
            program += [_step(EQUAL, int(number), 0, 1), _step(RETURN, ALLOW)]
    for numbers, argument in OPENS.values():
        program += _judged(numbers[here], argument, (ANY_BIT, WRITES), then=REFUSE, otherwise=ALLOW)
    for name, numbers in OWN.items():
        # a process knows its own id in its namespace; to getrlimit it is 0
        own = os.getpid() if name == "tgkill" else 0
        program += _judged(numbers[here], 0, (EQUAL, own), then=ALLOW, otherwise=REFUSE)
    return [*program, _step(RETURN, REFUSE)]


def _judged(number: int | None, argument: int, test: tuple[int, int], *, then: int, otherwise: int) -> list[bytes]:
    """Steps for a call that depends on the lower half of one of its arguments."""
    if number is None:
        return []
    return [
        _step(EQUAL, number, 0, 4),
        _step(LOAD, FIRST_ARGUMENT + 8 * argument),
        _step(*test, 0, 1),
        _step(RETURN, then),
        _step(RETURN, otherwise),
    ]


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", code, then, otherwise, value)
