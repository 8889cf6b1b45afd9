"""Words: what app files may say, and how little it takes to add one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

import bayplan
from bayplan import App, Autoscale, Resources, Service
from bayplan.spec.workloads import kinds

PACKAGE = Path(bayplan.__file__).parent


def test_every_kind_of_workload_is_a_word_of_app_files() -> None:
    for kind in kinds():
        line = f'"{kind.__name__}": "workloads.{Path(sys.modules[kind.__module__].__file__ or "").stem}"'
        assert kind.__name__ in bayplan.__all__, f"bayplan/__init__.py lacks the line {line}"
        assert getattr(bayplan, kind.__name__) is kind


def test_every_kind_of_workload_has_its_construct() -> None:
    for kind in kinds():
        name = Path(sys.modules[kind.__module__].__file__ or "").name
        assert (PACKAGE / "render/workloads" / name).is_file(), f"render/workloads/{name} is missing"


def test_a_kind_is_called_as_its_class() -> None:
    for kind in kinds():
        assert kind.model_fields["kind"].default == kind.__name__


def test_every_part_of_every_word_says_what_it_does() -> None:
    for name in bayplan.__all__:
        word = getattr(bayplan, name)
        assert not [key for key, field in word.model_fields.items() if not field.description], name


def test_importing_the_vocabulary_starts_neither_node_nor_a_solver() -> None:
    code = "import sys, bayplan.spec.load, bayplan.spec.app; print(*sorted(sys.modules))"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"jsii", "cdk8s", "constructs", "ortools"} & set(modules)


def test_outside_of_the_loader_words_are_judged_at_once() -> None:
    with pytest.raises(ValidationError, match="min 3 is above max 2"):
        Autoscale(min=3, max=2)


def test_a_changed_copy_is_judged_like_any_word() -> None:
    word = Resources(cpu="1", cpu_limit="2")
    assert word.model_copy(update={"cpu": "1500m"}) == Resources(cpu="1500m", cpu_limit="2")
    with pytest.raises(ValidationError, match="cpu_limit 2 is below cpu 3"):
        word.model_copy(update={"cpu": "3"})


def test_an_app_survives_json() -> None:
    app = App(name="shop", team="web", workloads=[Service(name="a", image="r.example.com/a:v1")])
    assert (
        App.model_validate_json(
            app.model_dump_json(exclude_unset=True).replace('"name":"a"', '"kind":"Service","name":"a"')
        )
        == app
    )
