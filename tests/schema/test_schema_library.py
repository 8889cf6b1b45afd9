"""Schemas are found in a checkout and in an installed package, and their absence is never taken for a pass."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.schema.judges import SCHEMAS

import bayplan
from bayplan.validation.schema.library import schema_of

LOOK = """
from bayplan.validation.schema.library import home, schema_of
print(home(), schema_of("", "v1", "Pod", "1.37")["type"])
"""


def look(site: Path) -> subprocess.CompletedProcess[str]:
    """Where a bayplan that is installed in `site` finds its schemas."""
    surroundings = os.environ | {"PYTHONPATH": str(site)}
    return subprocess.run(
        [sys.executable, "-c", LOOK], cwd=site, env=surroundings, capture_output=True, text=True, check=False
    )


def install(site: Path) -> Path:
    """A copy of the package, as a wheel would put it."""
    source = Path(bayplan.__file__).parent
    shutil.copytree(source, site / "bayplan", ignore=shutil.ignore_patterns("__pycache__"))
    return site / "bayplan"


def test_an_installed_package_reads_the_schemas_inside_it(tmp_path: Path) -> None:
    package = install(tmp_path / "site")
    (package / "schemas").symlink_to(SCHEMAS)
    assert look(tmp_path / "site").stdout.split()[0] == str(package / "schemas")


def test_a_checkout_reads_the_schemas_at_its_root(tmp_path: Path) -> None:
    install(tmp_path / "constructs")
    (tmp_path / "schemas").symlink_to(SCHEMAS)
    assert look(tmp_path / "constructs").stdout.split()[0] == str(tmp_path / "schemas")


def test_without_schemas_nothing_passes(tmp_path: Path) -> None:
    install(tmp_path / "site")
    answer = look(tmp_path / "site")
    assert answer.returncode != 0
    assert "make schemas" in answer.stderr


def test_what_a_tree_calls_a_kind_never_becomes_a_path() -> None:
    for kind, version in [("../" * 8 + "etc/x", "v1"), ("Pod", "../v1"), ("x" * 5000, "v1"), ("Pod\0", "v1")]:
        assert schema_of("", version, kind, "1.37") is None
        assert schema_of("keda.sh", version, kind, "1.37") is None
