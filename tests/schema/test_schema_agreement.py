"""Two judges, one law: what kubeconform says of an object, bayplan says too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from tests.schema.judges import SCHEMAS, conform
from tests.schema.mutants import good_objects, spoiled

from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation.schema.judge import judge
from bayplan.validation.schema.library import schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MINORS = ("1.34", "1.35", "1.36", "1.37")


def breaks(body: dict[str, Any], kubernetes: str = "1.37") -> list[str]:
    """What bayplan says against an object."""
    manifest = Manifest(ref=Ref.of(body), body=body)
    return [f"{code} {hit.pointer}: {hit.message}" for code, hit in judge(manifest, kubernetes=kubernetes)]


def codes(body: dict[str, Any], kubernetes: str) -> set[str]:
    return {told.partition(" ")[0] for told in breaks(body, kubernetes)}


def write(folder: Path, bodies: list[dict[str, Any]]) -> None:
    """One file an object, so that the verdicts can be told apart whatever is spoiled."""
    for number, body in enumerate(bodies):
        (folder / f"{number:04}.json").write_text(json.dumps(body))


def without_nulls(node: Any) -> Any:
    """As the API server has it before it validates: no null under a key."""
    if isinstance(node, dict):
        return {key: without_nulls(value) for key, value in node.items() if value is not None}
    return [without_nulls(one) for one in node] if isinstance(node, list) else node


def is_beyond_kubeconform(body: dict[str, Any], minor: str = "1.37") -> bool:
    """Whether the schema file alone takes an object: what we have against it is what the server's code refuses."""
    group, _, version = str(body["apiVersion"]).rpartition("/")
    schema = schema_of(group, version, str(body["kind"]), minor)
    return schema is not None and jsonschema_rs.is_valid(schema, body, validate_formats=True)


def kinds_with_schema(minor: str) -> Iterator[dict[str, Any]]:
    """The least object of every kind that has a schema: its name."""
    for folder in (SCHEMAS / "crds", SCHEMAS / "kubernetes" / f"v{minor}.0"):
        for path in sorted(folder.rglob("*.json")):
            if path.name != "index.json":
                known = json.loads(path.read_text())["properties"]
                yield {key: known[key]["enum"][0] for key in ("apiVersion", "kind")} | {"metadata": {"name": "least"}}


@pytest.mark.parametrize("minor", MINORS)
def test_every_kind_has_a_schema_that_loads_and_both_judge_its_least_object_alike(tmp_path: Path, minor: str) -> None:
    bodies = list(kinds_with_schema(minor))
    write(tmp_path, bodies)
    verdicts = conform([tmp_path], kubernetes=minor)
    assert [one for one in verdicts if one.status == "statusError"] == []
    assert len(verdicts) == len(bodies) > 220
    refused = [one.kind for one in verdicts if one.status == "statusInvalid"]
    # without a spec the server's code takes no Pod, though its schema does
    ours = [body for body in bodies if "SCH001" in codes(body, minor) and not is_beyond_kubeconform(body, minor)]
    assert [f"{body['apiVersion']} {body['kind']}" for body in ours] == refused


def test_good_objects_are_good_to_both(tmp_path: Path) -> None:
    bodies = good_objects()
    write(tmp_path, bodies)
    assert [one.message for one in conform([tmp_path], kubernetes="1.37") if one.status != "statusValid"] == []
    assert [hit for body in bodies for hit in breaks(body)] == []


def test_both_say_the_same_of_spoiled_objects(tmp_path: Path) -> None:
    mutants = list(spoiled(seed=1, each=40))
    write(tmp_path, [body for _, body in mutants])
    verdicts = conform([tmp_path], kubernetes="1.37")
    ours = [breaks(body) for _, body in mutants]
    differ = [
        (mistake, verdict.message, told)
        for (mistake, body), verdict, told in zip(mutants, verdicts, ours, strict=True)
        if (verdict.status == "statusValid") != (told == [])
        and without_nulls(body) == body
        and not (verdict.status == "statusValid" and is_beyond_kubeconform(body))
    ]
    assert differ == []
    assert sum(1 for told in ours if told) > len(mutants) / 3
    assert sum(1 for told in ours if not told) > len(mutants) / 20


def test_where_they_differ_it_is_over_nulls_and_kubeconform_accepts_the_object_without_them(tmp_path: Path) -> None:
    accepted = [body for mistake, body in spoiled(seed=2, each=40) if ": null" in mistake and not breaks(body)]
    write(tmp_path, accepted)
    differ = zip(accepted, conform([tmp_path], kubernetes="1.37"), strict=True)
    nulls_only = [body if one.status == "statusValid" else without_nulls(body) for body, one in differ]
    assert sum(one not in accepted for one in nulls_only) > 10
    write(tmp_path, nulls_only)
    assert [one.message for one in conform([tmp_path], kubernetes="1.37") if one.status != "statusValid"] == []


def test_a_null_for_which_the_server_has_a_default_is_no_finding_though_kubeconform_refuses_it(tmp_path: Path) -> None:
    body = next(one for one in good_objects() if one["kind"] == "Kustomization")
    body["spec"]["force"] = None
    write(tmp_path, [body])
    assert [one.status for one in conform([tmp_path], kubernetes="1.37")] == ["statusInvalid"]
    assert breaks(body) == []


def test_any_other_null_in_a_custom_resource_is_a_finding_of_both(tmp_path: Path) -> None:
    body = next(one for one in good_objects() if one["kind"] == "ScaledObject")
    body["spec"]["cooldownPeriod"] = None
    write(tmp_path, [body])
    assert [one.status for one in conform([tmp_path], kubernetes="1.37")] == ["statusInvalid"]
    assert breaks(body) == ["SCH001 /spec/cooldownPeriod: `spec.cooldownPeriod` is null, must be a whole number"]
