"""An object arrives in the tree whole, and is an object of cdk8s like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cdk8s
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayplan.render.api_object import ApiObject, Folder, Part, synthesise

if TYPE_CHECKING:
    from pathlib import Path

# the one name that an object of JavaScript cannot hold, at any depth; Kubernetes has no field or label of that name
Key = st.text(min_size=1).filter(lambda key: key != "__proto__")
Scalar = st.one_of(st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text())
Anything: Any = st.recursive(
    Scalar,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(Key, inner, max_size=3)),
    max_leaves=8,
)
CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "b"}}


@settings(max_examples=50, deadline=None)
@given(spec=st.dictionaries(Key, Anything, max_size=3))
def test_what_is_said_is_what_comes_out(spec: dict[str, Any]) -> None:
    app = cdk8s.App()
    folder = Folder(app, "folder")
    body = {**CONFIG, "spec": spec}
    ApiObject(folder, body=body)
    assert synthesise(app) == {"folder": [body]}
    assert folder.bodies == [body]


def test_none_is_left_out_and_empty_maps_stay(chart: cdk8s.Chart) -> None:
    ApiObject(chart, body={**CONFIG, "spec": {"no": None, "empty": {}, "list": [{"no": None}], "zero": 0}})
    assert chart.to_json()[0]["spec"] == {"empty": {}, "list": [{}], "zero": 0}


def test_the_line_that_asked_for_it_stands_beside_other_annotations(chart: cdk8s.Chart) -> None:
    body = {**CONFIG, "metadata": {"name": "a", "annotations": {"x": "y"}}}
    ApiObject(chart, body=body, origin="apps/a.py#L3")
    assert chart.to_json()[0]["metadata"]["annotations"] == {"x": "y", "bayplan.dev/origin": "apps/a.py#L3"}
    assert body["metadata"] == {"name": "a", "annotations": {"x": "y"}}, "what the caller gave was changed"


def test_labels_and_patches_of_others_reach_it(tmp_path: Path) -> None:
    chart = cdk8s.Chart(cdk8s.App(outdir=str(tmp_path)), "theirs", labels={"of": "chart"})
    thing = ApiObject(chart, body={**CONFIG, "data": {"key": "old"}})
    thing.metadata.add_label("of-mine", "too")
    thing.add_json_patch(cdk8s.JsonPatch.replace("/data/key", "new"))
    (made,) = chart.to_json()
    assert made["metadata"]["labels"] == {"of": "chart", "of-mine": "too"}
    assert made["data"] == {"key": "new"}


def test_folders_of_one_app_are_told_apart(tmp_path: Path) -> None:
    app = cdk8s.App(outdir=str(tmp_path))
    first, second = Folder(app, "first"), Folder(app, "second")
    Part(first, "part", bodies=[CONFIG])
    made = synthesise(app)
    assert made == {"first": [CONFIG], "second": []}
    assert [first.bodies, second.bodies] == [[CONFIG], []]
    assert made == {"first": first.to_json(), "second": second.to_json()}


def test_objects_of_a_part_are_children_that_others_can_change(chart: cdk8s.Chart) -> None:
    part = Part(chart, "part", bodies=[CONFIG, {**CONFIG, "kind": "Secret"}], origin="apps/a.py#L3")
    config = part.node.find_child("ConfigMap")
    cdk8s.ApiObject.of(config).metadata.add_label("x", "y")
    assert [body["kind"] for body in chart.to_json()] == ["ConfigMap", "Secret"]
    assert [body["metadata"].get("labels") for body in chart.to_json()] == [{"x": "y"}, None]
    assert part.bodies[0]["metadata"]["annotations"] == {"bayplan.dev/origin": "apps/a.py#L3"}


def test_an_object_twice_in_one_place_is_refused(chart: cdk8s.Chart) -> None:
    ApiObject(chart, body=CONFIG)
    with pytest.raises(RuntimeError, match="There is already a Construct with name 'ConfigMap'"):
        ApiObject(chart, body=CONFIG)
