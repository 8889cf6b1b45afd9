"""Make schemas/ from its pins, or prove that it still is what they give. From the repository root:

python -m tools.schemas             make it anew (needs the Go module proxy; a minute, most of it downloads)
python -m tools.schemas --check     make it in a temporary folder and compare bytes (the same)
python -m tools.schemas --offline   compare hashes, look for stray files, compile every schema (a second)
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tools.compile import CannotBuildError
from tools.golang import ROOT
from tools.schemas.crds import write_crds
from tools.schemas.kubernetes import PACKAGE, package_version, write_kubernetes
from tools.schemas.lock import INPUTS, MADE, differences, drift, write_lock
from tools.schemas.module import build_controller_gen, gather
from tools.schemas.source import SourceError, read_kinds, read_sources

SCHEMAS = ROOT / "schemas"


def make(fresh: Path) -> None:
    """Make crds/, kubernetes/ and lock.json below `fresh` from the inputs in schemas/."""
    for name in INPUTS:
        shutil.copyfile(SCHEMAS / name, fresh / name)
    sources = read_sources(fresh)
    build_controller_gen()
    crds, sums = gather(sources.modules)
    write_crds(fresh / "crds", crds, read_kinds(fresh))
    write_kubernetes(fresh / "kubernetes", sources.kubernetes)
    write_lock(fresh, modules=sums, packages={PACKAGE: package_version()})


def put_in_place(fresh: Path) -> None:
    """Replace what is in schemas/ by what was made."""
    for name in MADE:
        shutil.rmtree(SCHEMAS / name, ignore_errors=True)
        shutil.copytree(fresh / name, SCHEMAS / name)
    shutil.copyfile(fresh / "lock.json", SCHEMAS / "lock.json")


def main(arguments: list[str]) -> int:
    """0 when schemas/ is, or now is, what its pins give; 1 with a sentence for everything that differs."""
    parser = argparse.ArgumentParser(prog="python -m tools.schemas", description="Make or check schemas/.")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="make it in a temporary folder and compare bytes")
    how.add_argument("--offline", action="store_true", help="compare with lock.json, without a network")
    asked = parser.parse_args(arguments)
    if asked.offline:
        return _tell(drift(SCHEMAS))
    try:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder))
            if asked.check:
                return _tell(differences(SCHEMAS, Path(folder)))
            put_in_place(Path(folder))
    except (SourceError, CannotBuildError) as why:
        print(f"schemas/ was left as it was: {why}", file=sys.stderr)
        return 1
    return 0


def _tell(wrong: list[str]) -> int:
    for one in wrong:
        print(f"schemas/{one}")
    print("schemas/ is what its pins give" if not wrong else "to mend it: .venv/bin/python -m tools.schemas")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
