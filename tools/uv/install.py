"""Sets up .venv: uv first, by hash, then everything in requirements.lock, by hash, then bayplan itself.

Run by `make` with the machine's own Python, so only the standard library is used. Nothing is put outside of the
checkout. Packages come from where this machine's pip would take them: uv knows nothing of pip's settings, so a mirror,
a folder of wheels or a certificate that pip was told of is passed on to it; where that is not enough, pip does it all.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
READY = VENV / ".ready"
TARGET = ("--python", str(PYTHON), "--quiet")
"""Which environment uv works on, and that it says nothing while all is well."""

UV_NAMES = {
    "index-url": ("UV_DEFAULT_INDEX", "UV_INDEX_URL"),
    "extra-index-url": ("UV_INDEX", "UV_EXTRA_INDEX_URL"),
    "find-links": ("UV_FIND_LINKS",),
    "trusted-host": ("UV_INSECURE_HOST",),
    "cert": ("SSL_CERT_FILE",),
}
"""pip's settings and how uv calls them, today's name first (https://docs.astral.sh/uv/reference/environment/)."""
SOURCES = ("global", "install", ":env:")
"""Where pip keeps settings; the later ones win."""


def main() -> int:
    """Set up, and say what to do where that is impossible."""
    if sys.version_info < (3, 11):  # noqa: UP036 - run by whatever Python the machine has
        print(f"bayplan needs Python 3.11 or newer; this is {sys.version.split()[0]}: make PYTHON=python3.12")
        return 1
    print("Setting up .venv and .cache (a minute or two, once)", flush=True)
    try:
        install()
    except subprocess.CalledProcessError as failed:
        print(f"\nThe set-up stopped at: {' '.join(map(str, failed.cmd))}")
        print("The reason stands above. `make` goes on from here; `make clean` starts afresh.")
        return 1
    READY.touch()
    return 0


def install() -> None:
    """The three steps. What an interrupted set-up left behind is thrown away: half a package looks like a whole one."""
    interrupted = VENV.exists() and not READY.exists()
    run(sys.executable, "-m", "venv", *(["--clear"] if interrupted else []), VENV)
    READY.unlink(missing_ok=True)
    pip = (str(PYTHON), "-m", "pip")
    run(*pip, "install", "--quiet", "--require-hashes", "-r", ROOT / "tools/uv/requirements.lock")
    settings = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=True).stdout
    environment = uv_environment(os.environ, settings)
    uv = VENV / "bin" / "uv"
    try:
        run(uv, "pip", "sync", *TARGET, "--require-hashes", ROOT / "requirements.lock", environment=environment)
    except subprocess.CalledProcessError:
        print("uv cannot; pip tries, which takes longer", flush=True)
        run(*pip, "install", "--require-hashes", "-r", ROOT / "requirements.lock")
    run(uv, "pip", "install", *TARGET, "--no-deps", "--no-build-isolation", "--editable", ROOT, environment=environment)


def uv_environment(environment: Mapping[str, str], settings: str) -> dict[str, str]:
    """The environment for uv: the user's own, its cache inside the checkout, and what `pip config list` says.

    A setting that the user made for uv itself stands above pip's.
    """
    found = {**environment, "UV_CACHE_DIR": str(ROOT / ".cache" / "uv")}
    for name, value in pip_settings(settings).items():
        names = UV_NAMES[name]
        if not environment.keys() & set(names):
            found[names[0]] = ("," if name == "find-links" else " ").join(value.split())
    return found


def pip_settings(settings: str) -> dict[str, str]:
    """What `pip config list` prints, as far as it says where packages come from."""
    found: dict[str, tuple[int, str]] = {}
    for line in settings.splitlines():
        key, _, value = line.partition("=")
        source, _, name = key.partition(".")
        if name in UV_NAMES and source in SOURCES:
            found[name] = max(found.get(name, (-1, "")), (SOURCES.index(source), ast.literal_eval(value)))
    return {name: value for name, (_, value) in found.items()}


def run(*command: str | Path, environment: Mapping[str, str] | None = None) -> None:
    """Run one step; its own words tell what went wrong."""
    subprocess.run(command, check=True, env=environment, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
