"""A world of its own for the processes of apps (`--sandbox`): they see apps/, clusters/ and Python, and reach nothing.

What holds which promise:

- **no network, no sockets of others:** a network namespace with nothing in it, and `syscalls` allows no socket at all;
- **no home, no tokens, no .git:** a mount namespace whose root is an empty tmpfs. What is to be seen is bound into it,
  and the old root is unmounted. Of the repository only apps/ and clusters/ are there: tools leave credentials beside
  them;
- **nothing is written:** every mount is read-only, the tmpfs too, and `syscalls` opens nothing for writing;
- **no other process:** a namespace of process ids, whose end ends everybody in it; no /proc; no signal but to oneself;
- **no shared memory, no name of the host:** namespaces of IPC, names and control groups;
- **no privilege:** a user namespace in which even root is nobody to the rest of the machine; then all capabilities are
  given up, and no new ones can be had;
- **no secrets from the environment:** `record` starts the stage with a fixed one, with `--sandbox` or without.

Not held: the clock, and chance (`random` without a seed): an app that asks them says something else each time, and the
second `synth` shows it. Limits of time, memory and size are in `limits`. Needs Linux 5.12, and user namespaces.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bayplan.spec.recording.kernel import DIE_WITH_PARENT, call, give_up_privileges

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW_MOUNTS, NEW_CGROUP, NEW_NAMES, NEW_IPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEW_USER, NEW_PIDS, NEW_NET = 0x10000000, 0x20000000, 0x40000000
NOBODY = 65534

NO_SETUID, NO_DEVICES, BIND, RECURSIVE, PRIVATE, DETACH = 2, 4, 4096, 16384, 1 << 18, 2
READ_ONLY_ATTRIBUTES = 0x1 | 0x2 | 0x4
NO_PROGRAMS = 0x8
WITH_ALL_BELOW = 0x8000
HERE = -100

LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/nix/store")
"""Where systems keep what Python's own modules are linked with; nobody keeps secrets there."""
OF_THE_REPOSITORY = ("apps", "clusters")
OLD = "/.old"


def enter(root: Path) -> None:
    """Go on in the new world, as its first process; what was before waits for its end and ends alike.

    Raises Missing or OSError, in the old process or the new one, where the machine does not allow it.
    """
    user, group = os.geteuid(), os.getegid()
    call("unshare", NEW_USER | NEW_MOUNTS | NEW_CGROUP | NEW_NAMES | NEW_IPC | NEW_PIDS | NEW_NET)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1", encoding="ascii")
    inside = os.fork()
    if inside:
        _, status = os.waitpid(inside, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0x7F)
    name = b"sandbox"
    call("sethostname", name, len(name))
    _move(root)
    give_up_privileges()
    call("prctl", DIE_WITH_PARENT, 9, 0, 0, 0)


def _move(root: Path) -> None:
    """Make an empty root with what may be seen, and leave the old one for ever."""
    seen = dict(_seen(root))
    call("mount", b"none", b"/", None, RECURSIVE | PRIVATE, None)
    # any folder would do: once the old root has its new place, what is hidden here is seen again
    call("mount", b"bayplan", os.fsencode(root), b"tmpfs", NO_SETUID | NO_DEVICES, b"size=1m,mode=755")
    os.chdir(root)
    Path(OLD[1:]).mkdir()
    call("pivot_root", b".", OLD[1:].encode())
    os.chdir("/")
    for path, (target, attributes) in seen.items():
        _show(path, target, attributes)
    call("umount2", OLD.encode(), DETACH)
    Path(OLD).rmdir()
    _protect("/", READ_ONLY_ATTRIBUTES | NO_PROGRAMS, 0)
    os.chdir(root)


def _seen(root: Path) -> Iterator[tuple[str, tuple[str, int]]]:
    """What is shown: its path, where it really lies, and what may be done with it; what holds others before them."""
    python = [*sys.path, f"{sys.base_prefix}/lib", *LIBRARIES, "/etc/ld.so.cache"]
    paths = dict.fromkeys((path for path in python if Path(path).exists()), READ_ONLY_ATTRIBUTES)
    for name in OF_THE_REPOSITORY:
        if (root / name).is_dir():
            paths[str(root / name)] = READ_ONLY_ATTRIBUTES | NO_PROGRAMS
    for path in sorted(paths):
        yield path, (str(Path(path).resolve()), paths[path])


def _show(path: str, target: str, attributes: int) -> None:
    source, place = Path(OLD + target), Path(path)
    if source.is_dir():
        place.mkdir(parents=True, exist_ok=True)
    elif not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    call("mount", os.fsencode(source), os.fsencode(place), None, BIND | RECURSIVE, None)
    _protect(path, attributes, WITH_ALL_BELOW)


def _protect(path: str, attributes: int, depth: int) -> None:
    call("mount_setattr", HERE, os.fsencode(path), depth, struct.pack("QQQQ", attributes, 0, 0, 0), 32)
