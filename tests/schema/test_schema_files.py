"""schemas/ is what its pins gave: proven without a network, and every kind of drift is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.schema.judges import SCHEMAS
from tools.schemas.file import write_index, write_schema
from tools.schemas.lock import drift, write_lock
from tools.schemas.source import read_kinds, read_sources

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder of schemas like ours, with one kind."""
    (tmp_path / "kinds.txt").write_text("g.example.com/v1/K\n")
    (tmp_path / "sources.yaml").write_text("kubernetes: []\nmodules: []\n")
    write_schema(tmp_path / "crds" / "g.example.com" / "k_v1.json", {"type": "object"})
    write_index(tmp_path / "crds" / "index.json", {})
    write_lock(tmp_path, modules={}, packages={})
    return tmp_path


def test_what_is_committed_is_what_the_lock_says() -> None:
    assert drift(SCHEMAS) == []


def test_every_wanted_kind_has_its_file() -> None:
    wanted = {tuple(line.split("/")) for line in read_kinds(SCHEMAS)}
    assert len(wanted) > 130
    missing = [one for one in wanted if not (SCHEMAS / "crds" / one[0] / f"{one[2].lower()}_{one[1]}.json").is_file()]
    assert missing == []


def test_every_module_of_the_lock_is_pinned_and_every_pin_is_locked() -> None:
    locked = json.loads((SCHEMAS / "lock.json").read_text())["modules"]
    assert locked.keys() == {source.module for source in read_sources(SCHEMAS).modules}
    assert all(checksum.startswith("h1:") for checksum in locked.values())


def test_every_module_and_its_licence_are_named_in_the_readme() -> None:
    readme = (SCHEMAS / "README.md").read_text()
    modules = {source.module.partition("@")[0] for source in read_sources(SCHEMAS).modules}
    assert [module for module in sorted(modules) if f"`{module}`" not in readme] == []


def test_a_file_that_was_edited_is_named(small: Path) -> None:
    (small / "crds" / "g.example.com" / "k_v1.json").write_text("{}\n")
    assert drift(small) == ["crds/g.example.com/k_v1.json was edited by hand"]


def test_a_file_that_is_gone_is_named(small: Path) -> None:
    (small / "crds" / "g.example.com" / "k_v1.json").unlink()
    assert drift(small) == ["crds/g.example.com/k_v1.json is missing"]


def test_a_stray_file_is_named(small: Path) -> None:
    (small / "crds" / "notes.txt").write_text("x")
    assert "crds/notes.txt does not belong here" in drift(small)


def test_pins_that_changed_without_the_schemas_are_named(small: Path) -> None:
    (small / "sources.yaml").write_text("kubernetes: []\nmodules: [] # another\n")
    assert drift(small) == ["sources.yaml was changed, but the schemas were not made anew"]


def test_a_schema_that_does_not_compile_is_named(small: Path) -> None:
    write_schema(small / "crds" / "g.example.com" / "k_v1.json", {"pattern": "("})
    write_lock(small, modules={}, packages={})
    assert [one.partition(":")[0] for one in drift(small)] == ["crds/g.example.com/k_v1.json does not compile"]
