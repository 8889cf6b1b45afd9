"""A module is built without what is left out of it, and a word about something that it has not is a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tools.compile import CannotBuildError
from tools.trim import copy

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "go.mod": "module example.com/m\n",
    "scalers/one.go": "package scalers\n",
    "scalers/two.go": "package scalers\n",
    "scalers/two_test.go": "package scalers\n",
    "scalers/deep/three.go": "package deep\n",
    "build.go": 'package m\n\tcase "one":\n\t\treturn One()\n\tcase "two":\n\t\treturn Two()\n',
}


@pytest.fixture
def module(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / "m" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "m" / name).write_text(text)
    return tmp_path / "m"


def test_what_is_kept_cut_and_replaced(module: Path, tmp_path: Path) -> None:
    cut = {"build.go": '^\\tcase "[^:]+:\\n\\t\\treturn (?!One).*\\n'}
    said = {"keep": {"scalers": ["one.go"]}, "cut": cut, "instead": {"scalers/new.go": "package scalers"}}
    copy(module, tmp_path / "to", said)
    there = {file.relative_to(tmp_path / "to").as_posix() for file in (tmp_path / "to").rglob("*") if file.is_file()}
    assert there == {"go.mod", "build.go", "scalers/one.go", "scalers/deep/three.go", "scalers/new.go"}
    assert (tmp_path / "to/build.go").read_text() == 'package m\n\tcase "one":\n\t\treturn One()\n'


def test_a_pattern_that_finds_nothing_is_a_mistake(module: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotBuildError, match=r"nothing in build\.go is as it says"):
        copy(module, tmp_path / "to", {"cut": {"build.go": "three"}})
