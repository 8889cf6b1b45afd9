"""What an app file may not do while it says its words.

No wall against malice (`syscalls` and `namespaces` are), but a clear word to authors: an app that starts programs,
writes files or asks the network would not say the same everywhere.
"""

from __future__ import annotations

import os
import sys

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_FORBIDDEN = {
    "os.fork": "starts a process",
    "os.forkpty": "starts a process",
    "os.exec": "starts a program",
    "os.posix_spawn": "starts a program",
    "os.system": "starts a program",
    "subprocess.Popen": "starts a program",
    "pty.spawn": "starts a program",
    "socket.connect": "asks the network",
    "socket.bind": "asks the network",
    "socket.getaddrinfo": "asks the network",
    "socket.gethostbyname": "asks the network",
    "os.remove": "changes files",
    "os.rename": "changes files",
    "os.mkdir": "changes files",
    "os.rmdir": "changes files",
    "os.link": "changes files",
    "os.symlink": "changes files",
    "os.truncate": "changes files",
    "os.chmod": "changes files",
    "os.kill": "sends signals",
    "os.killpg": "sends signals",
}


class Forbidden(Exception):  # noqa: N818 - it says what was done
    """The app did what an app file may not do."""


def stand() -> None:
    """Watch this process from now on; there is no way back."""
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in _FORBIDDEN:
        raise Forbidden(_FORBIDDEN[event])
    if event == "open" and len(arguments) == 3 and isinstance(arguments[2], int) and arguments[2] & _WRITES:
        raise Forbidden("writes files")
