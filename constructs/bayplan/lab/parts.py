"""The built programs and the upstream CRDs that a lab is made of: where they lie, and what to do where they do not.

They are made from pinned Go modules in a checkout of bayplan (`make tools`); a wheel holds none of them. Nothing is
started or fetched here, and nothing imported that only a lab needs.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bayplan
from bayplan.complaint import BadInput, Complaint

if TYPE_CHECKING:
    from collections.abc import Iterable

VARIABLE = "BAYPLAN_PARTS"
"""Environment variable that names the `.cache` of a checkout in which `make tools` has run."""
PACKAGES = {
    "cryptography": "lab: its certificate",
    "kubernetes": "lab: asks the API server",
    "psutil": "lab: its processes",
}
"""What a lab needs of Python beside all else: the extra `lab` in pyproject.toml."""
NOT_MADE = "not made yet"
CLONE = f"Clone bayplan, run `make tools` there, and export {VARIABLE}=<clone>/.cache."


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Where the built programs and the upstream CRDs lie."""

    folder: Path
    """A `.cache` folder: bin/<program>, crds/<controller>.json, install/<controller>.json."""

    def binary(self, name: str) -> Path:
        """A built program.

        Raises BadInput, with the reason where it is known, for one that is missing. One of other pins is never there:
        it is removed before the new one is built.
        """
        program = self.folder / "bin" / name
        if why := self.why_missing(name):
            raise BadInput([self._complaint(program, why, f"no {name}", "make tools")])
        return program

    def why_missing(self, name: str) -> str:
        """Why a program is not there: what `make tools` said, or NOT_MADE; "" where it is."""
        program = self.folder / "bin" / name
        return _why_missing(program, program.with_name(f"{name}.failed"))

    def install(self, controller: str) -> tuple[dict[str, Any], ...]:
        """Webhooks and built-in objects of a controller, as its own install manifests have them."""
        return tuple(json.loads(self._install_file(controller).read_text()))

    def why_not_installed(self, controller: str) -> str:
        """Why these are not there; "" where they are."""
        return _why_missing(self._install_file(controller), self.folder / "crds" / f"{controller}.failed")

    def _install_file(self, controller: str) -> Path:
        return self.folder / "install" / f"{controller}.json"

    def crds(self, controllers: Iterable[str]) -> tuple[dict[str, Any], ...]:
        """The CRDs of these controllers as upstream ships them, CEL rules and all, sorted by name.

        Raises BadInput with a complaint for every controller whose CRDs are missing.
        """
        files = {name: self.folder / "crds" / f"{name}.json" for name in sorted(set(controllers))}
        problems = [
            self._complaint(file, why, f"no CRDs of {name}", f".venv/bin/python -m tools.crds {name}")
            for name, file in files.items()
            if (why := _why_missing(file, file.with_suffix(".failed")))
        ]
        if problems:
            raise BadInput(problems)
        crds = {crd["metadata"]["name"]: crd for file in files.values() for crd in json.loads(file.read_text())}
        return tuple(crds[name] for name in sorted(crds))

    def _complaint(self, file: Path, why: str, what: str, command: str) -> Complaint:
        fix = f"Run `{command}` in {self.folder.parent}." if is_checkout(self.folder.parent) else CLONE
        return Complaint(file=str(file), line=0, what=f"{what}: {why}", fix=fix)


def find_parts(root: Path) -> Parts:
    """The parts that a lab for the repository at `root` is made of.

    $BAYPLAN_PARTS says where they are; otherwise they are in `root` itself, or in the checkout that this bayplan was
    installed from. Raises BadInput, with what to do, where there are none.
    """
    home = Path(bayplan.__file__).resolve().parents[2]
    said = os.environ.get(VARIABLE)
    places = [Path(said)] if said else [root / ".cache", home / ".cache"]
    for place in places:
        if (place / "bin").is_dir():
            return Parts(folder=place.resolve())
    what = "the programs of a lab are not built" if not said else f"{VARIABLE} names no folder with built programs"
    fix = next((f"Run `make tools` in {one.parent}." for one in places if is_checkout(one.parent)), CLONE)
    raise BadInput([Complaint(file=str(places[0]), line=0, what=what, fix=fix)])


def is_checkout(folder: Path) -> bool:
    """Whether the parts can be built there."""
    return (folder / "tools" / "build.py").is_file()


def check_packages() -> None:
    """Raise BadInput when a Python package that only labs need is not installed; ask before importing what uses it."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        what = f"a lab needs the Python packages {', '.join(missing)}"
        raise BadInput([Complaint(file="bayplan lab", line=0, what=what, fix="Run `pip install 'bayplan[lab]'`.")])


def _why_missing(file: Path, failed: Path) -> str:
    """Why it is not there; "" where it is."""
    if file.is_file():
        return ""
    return (failed.read_text().strip() if failed.is_file() else "") or NOT_MADE
