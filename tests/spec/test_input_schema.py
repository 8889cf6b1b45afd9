"""The schemas that editors use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.spec.repository_of_specs import CLUSTER

from bayplan.spec.schema import schemas

ROOT = Path(__file__).parents[2]
WRITTEN = {
    "app.json": sorted((ROOT / "apps").glob("*.yaml")),
    "cluster.json": sorted((ROOT / "clusters").glob("*/cluster.yaml")),
    "settings.json": [ROOT / "examples/checked/.bayplan.yaml"],
}


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_committed_schemas_are_up_to_date(name: str) -> None:
    assert (ROOT / "schemas/bayplan" / name).read_text() == schemas()[name], "run: bayplan schema"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_what_this_repository_says_passes(name: str) -> None:
    schema = json.loads(schemas()[name])
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema)
    assert WRITTEN[name]
    for file in WRITTEN[name]:
        judge.validate(yaml.safe_load(file.read_text()))
    for example in schema["examples"]:
        judge.validate(example)


@pytest.mark.parametrize("name", sorted(schemas()))
def test_files_point_at_their_schema(name: str) -> None:
    for file in WRITTEN[name]:
        head = file.read_text().splitlines()[0]
        assert head.startswith("# yaml-language-server: $schema=")
        assert (file.parent / head.partition("=")[2]).resolve() == ROOT / "schemas/bayplan" / name


SERVICE = {"kind": "Service", "name": "c", "image": "r/x/y:1"}
APP = {"name": "a", "team": "b", "workloads": [SERVICE]}
BROKEN = [
    ("app.json", APP | {"nmae": 1}),
    ("app.json", APP | {"workloads": []}),
    ("app.json", APP | {"workloads": [{"name": "c", "image": "r/x/y:1"}]}),
    ("app.json", APP | {"workloads": [SERVICE | {"port": 0}]}),
    ("app.json", APP | {"workloads": [SERVICE | {"resources": {"cpu": "1 core"}}]}),
    ("cluster.json", yaml.safe_load(CLUSTER) | {"kubernetes": "1.12"}),
    ("cluster.json", yaml.safe_load(CLUSTER) | {"pools": []}),
    ("settings.json", {"waivers": [{"rule": "NET001", "until": "2027-01-31"}]}),
    ("settings.json", {"externals": [{"kind": "secret", "name": "a", "why": "b"}]}),
]


@pytest.mark.parametrize(("name", "said"), BROKEN)
def test_what_is_broken_is_underlined(name: str, said: object) -> None:
    assert not Draft202012Validator(json.loads(schemas()[name])).is_valid(said)
