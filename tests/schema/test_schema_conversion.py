"""From a CRD's schema to a strict one: a test for every rule that was found by comparing with the API server."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.schemas.definitions import canonical, with_definitions
from tools.schemas.yaml12 import load_all

from bayplan.validation.schema.conversion import strict_schema
from bayplan.validation.schema.portable import portable

TEXT = {"type": "string"}


def accepts(spec: dict[str, Any], value: Any) -> bool:
    """Whether the converted schema takes an object with this spec."""
    schema = strict_schema({"properties": {"spec": spec}}, api_version="g/v1", kind="K")
    body = {"apiVersion": "g/v1", "kind": "K", "metadata": {"name": "a"}, "spec": value}
    plain = jsonschema_rs.is_valid(schema, body, validate_formats=True)
    assert jsonschema_rs.is_valid(with_definitions(schema), body, validate_formats=True) == plain
    return plain


def test_unknown_fields_are_refused_where_the_server_would_prune_them() -> None:
    spec = {"type": "object", "properties": {"a": TEXT, "empty": {"type": "object"}}}
    assert accepts(spec, {"a": "x", "empty": {}})
    assert not accepts(spec, {"b": "x"})
    assert not accepts(spec, {"empty": {"b": 1}})


def test_preserved_fields_may_be_anything() -> None:
    assert accepts({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, {"b": 1})
    assert accepts({"type": "object", "additionalProperties": True}, {"b": 1})
    assert not accepts({"type": "object", "additionalProperties": TEXT}, {"b": 1})


def test_branches_judge_values_and_close_nothing() -> None:
    spec = {
        "type": "object",
        "properties": {"a": TEXT, "b": TEXT},
        "oneOf": [{"properties": {"a": {"enum": ["x"]}}, "required": ["a"]}, {"required": ["b"]}],
    }
    assert accepts(spec, {"b": "y"})
    assert accepts(spec, {"a": "x"})
    assert not accepts(spec, {"a": "x", "b": "y"})


def test_what_has_a_default_is_not_asked_of_the_author() -> None:
    spec = {"type": "object", "required": ["a", "b"], "properties": {"a": TEXT | {"default": "x"}, "b": TEXT}}
    assert accepts(spec, {"b": "y"})
    assert not accepts(spec, {"a": "y"})


def test_a_branch_sees_the_default_of_what_is_absent() -> None:
    kind = TEXT | {"default": "IP"}
    spec = {"type": "object", "properties": {"kind": kind}, "not": {"properties": {"kind": {"enum": ["Host"]}}}}
    assert accepts(spec, {})
    assert not accepts(spec, {"kind": "Host"})


@pytest.mark.parametrize(
    "said",
    [
        {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]},
        {"x-kubernetes-int-or-string": True, "allOf": [{"anyOf": [{"type": "integer"}, {"type": "string"}]}]},
        {"x-kubernetes-int-or-string": True},
    ],
)
def test_int_or_string_takes_both_and_nothing_else(said: dict[str, Any]) -> None:
    spec = {"type": "object", "properties": {"port": said}}
    assert accepts(spec, {"port": 80})
    assert accepts(spec, {"port": "http"})
    assert not accepts(spec, {"port": 0.5})
    assert not accepts(spec, {"port": None})


def test_null_is_taken_where_it_is_said_only() -> None:
    spec = {"type": "object", "properties": {"a": TEXT | {"nullable": True, "enum": ["x"]}, "b": TEXT}}
    assert accepts(spec, {"a": None})
    assert not accepts(spec, {"b": None})


def test_metadata_is_closed_and_identity_asked_for() -> None:
    schema = strict_schema({}, api_version="g/v1", kind="K")
    good = {"apiVersion": "g/v1", "kind": "K", "metadata": {"labels": {"a": "b"}, "creationTimestamp": None}}
    assert jsonschema_rs.is_valid(schema, good)
    assert not jsonschema_rs.is_valid(schema, good | {"metadata": {"lables": {}}})
    assert not jsonschema_rs.is_valid(schema, good | {"kind": "L"})
    assert not jsonschema_rs.is_valid(schema, {"kind": "K"})


def test_exclusive_edges_are_numbers() -> None:
    spec = {"type": "object", "properties": {"a": {"type": "integer", "minimum": 0, "exclusiveMinimum": True}}}
    assert accepts(spec, {"a": 1})
    assert not accepts(spec, {"a": 0})


def test_a_duration_is_a_pattern_that_no_judge_panics_over() -> None:
    spec = {"type": "object", "properties": {"a": TEXT | {"format": "duration"}}}
    assert accepts(spec, {"a": "1h30m"})
    assert not accepts(spec, {"a": "soon"})
    assert "duration" not in canonical(strict_schema({"properties": {"spec": spec}}, api_version="g/v1", kind="K"))


def test_status_is_nobody_s_business() -> None:
    body = {"required": ["status"], "properties": {"status": {"type": "object", "required": ["a"]}}}
    schema = strict_schema(body, api_version="g/v1", kind="K")
    assert jsonschema_rs.is_valid(schema, {"apiVersion": "g/v1", "kind": "K", "status": {"b": 1}})
    assert jsonschema_rs.is_valid(schema, {"apiVersion": "g/v1", "kind": "K"})


def test_what_is_said_twice_becomes_a_definition() -> None:
    long = {"type": "object", "properties": {f"field{number}": TEXT for number in range(10)}}
    shared = with_definitions({"type": "object", "properties": {"a": long, "b": long, "c": TEXT}})
    assert len(shared["definitions"]) == 1
    assert shared["properties"]["a"] == shared["properties"]["b"]
    assert shared["properties"]["c"] == TEXT


@pytest.mark.parametrize(
    "pattern", ["(?i)^(on|off)$", "^((?i)mon|tue)sday$", "^(?i:[a-c]x)Y$", r"^(?i)\d[^a-f]\)$", "^A$"]
)
@given(st.text(alphabet="aAbBcCxXyYoOnNfFmtueETUsdS0)", max_size=9))
def test_a_flag_that_is_written_out_means_the_same(pattern: str, text: str) -> None:
    # Python wants a flag at the start or around a group: the same meaning, said in its way
    python = pattern.replace("((?i)mon|tue)", "(?i:mon|tue)")
    python = python if python.startswith("^(?i:") else re.sub(r"^\^?\(\?i\)\^?", "(?i)^", python)
    assert bool(re.search(portable(pattern), text)) == bool(re.search(python, text))
    assert "(?i" not in portable(pattern)


def test_crds_are_read_as_yaml_1_2() -> None:
    read = list(load_all("enum: [=, on, off, yes, 2020-01-01, true, 1]"))
    assert json.dumps(read) == '[{"enum": ["=", "on", "off", "yes", "2020-01-01", true, 1]}]'
