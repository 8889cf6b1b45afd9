"""What projects ship as samples beside their definitions is good to us, and broken in one place it is not."""

from __future__ import annotations

import re
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation.schema.judge import judge
from bayplan.validation.schema.library import crd_kinds, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / ".cache" / "go" / "pkg" / "mod"
PROJECTS: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("samples.yaml").read_text())
CASES = [(project, kind) for project, about in PROJECTS.items() for kind in about["kinds"]]

FENCED = re.compile(r"^ *```ya?ml\n(.*?)^ *```", re.DOTALL | re.MULTILINE)

ALL_OPTIONAL = {"Cohort", "LocalQueue"}
"""Kinds that require nothing of what their samples say."""

COMMON = {"apiVersion", "kind", "metadata"}

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """An object of a kind whose schema is here, with its file below the module."""

    file: str
    body: dict[str, Any]
    schema: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.body["kind"])


@pytest.mark.parametrize("project", PROJECTS)
def test_samples_are_good_but_for_those_that_upstream_refuses_too(project: str) -> None:
    told: dict[str, list[str]] = {}
    for sample in samples(project):
        told.setdefault(sample.file, []).extend(against(sample.body))
    refused = {file: hits for file, hits in told.items() if hits}
    assert {file: hits for file, hits in refused.items() if file not in known(project)} == {}
    assert known(project) - refused.keys() == set()


@pytest.mark.parametrize(("project", "kind"), CASES)
def test_a_sample_with_a_misspelt_key_is_refused_at_that_key(project: str, kind: str) -> None:
    sample = fullest(project, kind)
    steps, keys = first_level(sample)
    for key in keys:
        body = deepcopy(sample.body)
        node = at(body, steps)
        node[f"{key}x"] = node.pop(key)
        place = "".join(f"/{step}" for step in (*steps, f"{key}x"))
        assert [told for told in against(body) if told.startswith(f"SCH001 {place} ")], (sample.file, place)


@pytest.mark.parametrize(("project", "kind"), CASES)
def test_a_sample_with_a_value_of_another_type_is_refused(project: str, kind: str) -> None:
    sample = fullest(project, kind)
    steps, keys = first_level(sample)
    for key in keys:
        body = deepcopy(sample.body)
        node = at(body, steps)
        node[key] = [[node[key]]] if isinstance(node[key], list) else [node[key]]
        assert against(body), (sample.file, key)


@pytest.mark.parametrize(("project", "kind"), CASES)
def test_a_sample_without_a_key_that_must_be_there_is_refused(project: str, kind: str) -> None:
    places = [(sample, place) for sample in good(project, kind) for place in required(sample.schema, sample.body)]
    assert bool(places) != (kind in ALL_OPTIONAL)
    for sample, (*steps, key) in places[:40]:
        body = deepcopy(sample.body)
        del at(body, tuple(steps))[key]
        assert against(body), (sample.file, steps, key)


@cache
def samples(project: str) -> tuple[Sample, ...]:
    """All samples of a project whose kind has a schema; skips the test where its module was not loaded."""
    return tuple(_read(module_of(project), PROJECTS[project]["folders"]))


def module_of(project: str) -> Path:
    """The module's folder in the cache of this checkout, in the version that schemas/ is made from."""
    pinned = [source["module"] for source in yaml.safe_load((ROOT / "schemas" / "sources.yaml").read_text())["modules"]]
    module: str = next(one for one in pinned if one.rpartition("@")[0] == project)
    folder = MODULES / module
    if not folder.is_dir():
        pytest.skip(f"{module} is not in .cache/go: `make schemas` or `make tools` loads it")
    return folder


def _read(module: Path, folders: list[str]) -> Iterator[Sample]:
    names = [name for folder in folders for name in sorted((module / folder).rglob("*.*"))]
    for path in (name for name in names if name.suffix in {".yaml", ".yml", ".md"}):
        for body in _documents(path):
            if isinstance(body, dict) and isinstance(body.get("metadata"), dict) and body.get("kind"):
                group, _, version = str(body.get("apiVersion")).rpartition("/")
                schema = schema_of(group, version, str(body["kind"]), "1.37") if group in crd_kinds() else None
                if schema is not None:
                    yield Sample(path.relative_to(module).as_posix(), body, schema)


def _documents(path: Path) -> Iterator[Any]:
    """What a file holds, or each example in a page; nothing of one with placeholders or Go templates: it is no YAML."""
    text = path.read_text()
    for part in FENCED.findall(text) if path.suffix == ".md" else [text]:
        with suppress(yaml.YAMLError):
            yield from list(yaml.load_all(dedent(part), yaml.CSafeLoader))


def good(project: str, kind: str) -> list[Sample]:
    """The samples of a kind that nothing is said against."""
    found = [one for one in samples(project) if one.kind == kind and one.file not in known(project)]
    assert found, f"{project} has no good sample of {kind} where samples.yaml looks"
    return found


def known(project: str) -> set[str]:
    """The files of which upstream's own definition refuses an object."""
    return {file for files in PROJECTS[project].get("refused", {}).values() for file in files}


def fullest(project: str, kind: str) -> Sample:
    """The good sample of a kind that sets most keys below `spec`."""
    return max(good(project, kind), key=lambda sample: len(first_level(sample)[1]))


def first_level(sample: Sample) -> tuple[Steps, list[str]]:
    """Where a kind's own words begin, and those that a sample has: below `spec`, or beside it where there is none."""
    if isinstance(sample.body.get("spec"), dict) and sample.body["spec"]:
        return ("spec",), sorted(sample.body["spec"])
    return (), sorted(sample.body.keys() - COMMON - {"spec"})


def required(whole: dict[str, Any], node: Any, steps: Steps = (), part: Any = None) -> Iterator[Steps]:
    """Every key that a schema requires and an object has, with the way to it, but for what stands above all kinds."""
    schema = whole if part is None else part
    if "$ref" in schema:
        schema = whole["definitions"][schema["$ref"].rpartition("/")[2]]
    if isinstance(node, dict):
        below = schema.get("properties", {})
        for key in sorted((node.keys() & below.keys()) - (set() if steps else COMMON)):
            if key in schema.get("required", ()) and "default" not in below[key]:
                yield (*steps, key)
            yield from required(whole, node[key], (*steps, key), below[key])
    elif isinstance(node, list) and isinstance(schema.get("items"), dict):
        for number, one in enumerate(node):
            yield from required(whole, one, (*steps, number), schema["items"])


def at(node: Any, steps: Steps) -> Any:
    for step in steps:
        node = node[step]
    return node


def against(body: dict[str, Any]) -> list[str]:
    """What we have against an object, by its schema or its rules in CEL."""
    manifest = Manifest(ref=Ref.of(body), body=body)
    hits = [(code, hit) for code, hit in judge(manifest, kubernetes="1.37") if code in {"SCH001", "SCH004"}]
    return [f"{code} {hit.pointer} {hit.message}" for code, hit in hits]
