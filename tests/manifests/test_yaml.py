"""Reading is reading as Kubernetes does; writing is writing what everybody reads alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.manifests.ask_goyaml import GOYAML, REFUSED, TABLE, ask

from bayplan.complaint import BadInput
from bayplan.manifests import yaml

ANSWERS: dict[str, Any] = json.loads(TABLE.read_text())

words = st.text(st.sampled_from("0123456789+-._eExXoObBaAfFnNyYsStTrRuUlL~<=:iI "), max_size=8)
texts = st.one_of(
    words, st.text(max_size=40), st.text(st.sampled_from("a \n\t#:-'\"|>{}[]&*!%@`\r\x85\u2028é"), max_size=20)
)
texts = texts.filter(lambda text: "${" not in text)
numbers = st.integers(-(1 << 63), (1 << 64) - 1) | st.floats(-(1 << 53) + 1, (1 << 53) - 1)
data = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def value_of(text: str) -> Any:
    documents = yaml.read(text.encode(), file="x.yaml")
    return documents[0].body if documents else None


@pytest.mark.parametrize("text", ANSWERS)
def test_a_text_means_what_it_means_to_kubernetes(text: str) -> None:
    if ANSWERS[text] == REFUSED:
        with pytest.raises(BadInput):
            value_of(text)
    else:
        read = value_of(text)
        assert (read, type(read)) == (ANSWERS[text], type(ANSWERS[text]))


@pytest.mark.skipif(not GOYAML.is_file(), reason="tools/goyaml is not built: make tools")
@settings(deadline=None)  # a process each time
@given(st.lists(words.filter(lambda word: ":" not in word), min_size=1, max_size=50))
def test_any_word_means_what_it_means_to_kubernetes(some: list[str]) -> None:
    asked = [f"a: {word}" for word in some]
    for text, answer in zip(asked, ask(asked), strict=True):
        try:
            assert value_of(text) == answer, text
        except BadInput:
            assert answer == REFUSED, text


@given(st.dictionaries(texts, data, max_size=4))
def test_what_is_written_is_read_again_as_it_was(body: dict[str, Any]) -> None:
    written = yaml.write({"kind": "Thing", "data": body})
    read = value_of(written)["data"]
    assert read == body
    assert json.dumps(read, sort_keys=True) == json.dumps(as_json(body), sort_keys=True), "types differ"


def as_json(value: Any) -> Any:
    """Whole floats are integers to Kubernetes."""
    match value:
        case float() if value.is_integer() and abs(value) < 1 << 63:
            return int(value)
        case dict():
            return {key: as_json(item) for key, item in value.items()}
        case list():
            return [as_json(item) for item in value]
    return value


@given(st.dictionaries(texts, texts, max_size=4))
def test_what_is_written_is_the_same_to_a_reader_of_yaml_1_1(body: dict[str, Any]) -> None:
    assert pyyaml.safe_load(yaml.write({"data": body}))["data"] == body


@pytest.mark.skipif(not GOYAML.is_file(), reason="tools/goyaml is not built: make tools")
@settings(deadline=None)  # a process each time
@given(st.lists(st.dictionaries(texts, data, max_size=3), min_size=1, max_size=20))
def test_what_is_written_is_the_same_to_kubernetes(bodies: list[dict[str, Any]]) -> None:
    for body, answer in zip(bodies, ask([yaml.write({"data": body}) for body in bodies]), strict=True):
        assert answer == {"data": body}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (1 << 64, "64 bits"),
        (-(1 << 63) - 1, "64 bits"),
        (float("inf"), "JSON"),
        (float("nan"), "JSON"),
        (5.079574695320153e16, "JSON"),
        ("${HOME}", "Flux"),
        ({"${KEY}": 1}, "Flux"),
        ({1: 2}, "no text"),
        ("\ud800", "surrogate"),
        (object(), "no data"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(value: Any, why: str) -> None:
    origin = {"metadata": {"name": "x", "annotations": {"bayplan.dev/origin": "apps/x.py#L12"}}}
    with pytest.raises(BadInput) as refused:
        yaml.write({"kind": "ConfigMap", **origin, "data": {"a": [value]}})
    complaint = refused.value.complaints[0]
    assert (complaint.file, complaint.line) == ("apps/x.py", 12)
    assert why in complaint.what
    assert "/data/a/0" in complaint.what


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, "twice: first in line 3"),
        ("a:\n\tb: 1\n", 2, "a tab"),
        ("a: 1\nb: [1\n", 3, "begins in line 2"),
        ("a: 1\nb: !!python/object/apply:os.system [x]\n", 2, "!!python/object/apply:os.system"),
        ("a: 1\nb: !Ref x\n", 2, "!Ref"),
        ("a: 1\nb: &a\n  c: *a\n", 2, "into itself"),
        ("a: 1\nb: .inf\n", 2, ".inf"),
        ("a: &x {b: 1}\nc: {b: 2, <<: *x}\n", 2, "`<<` brings it again"),
        ("a:\n  - [--url, http://x/?a=b]\n", 2, "a `?` without quotes between brackets"),
        ("? [a]\n: 1\n", 1, "a list or a mapping"),
        ("a: \x00\n", 1, "no text"),
        ("a: 1\n---\nb: *x\n", 3, "alias"),
        ("[" * 300 + "]" * 300, 1, "levels deep"),
        ("[" * 100_000, 1, "levels deep"),
        ("- " * 100_000, 1, "levels deep"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        yaml.read(text.encode(), file="apps/x.yaml")
    told = [(complaint.file, complaint.line, complaint.what) for complaint in refused.value.complaints]
    assert any(file == "apps/x.yaml" and at == line and says in what for file, at, what in told), told


def test_all_keys_that_stand_twice_are_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        yaml.read(b"a: 1\na: 2\nb: {c: 1, c: 2}\n", file="x.yaml")
    assert [complaint.line for complaint in refused.value.complaints] == [2, 3]


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    levels = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 10)]
    with pytest.raises(BadInput, match="aliases add more than"):
        yaml.read("\n".join(["a0: &a0 [lol]", *levels]).encode(), file="bomb.yaml")


def test_every_key_and_item_has_its_line() -> None:
    text = b"# first\na: 1\nb:\n  c/d: [x,\n    y]\n---\ne:\n- f: 1\n  g: 2\n"
    first, second = yaml.read(text, file="x.yaml")
    assert (first.line, second.line) == (2, 7)
    assert dict(first.lines) == {"": 2, "/a": 2, "/b": 3, "/b/c~1d": 4, "/b/c~1d/0": 4, "/b/c~1d/1": 5}
    assert second.lines["/e/0/g"] == 9


def test_utf_16_and_a_byte_order_mark_are_read() -> None:
    assert value_of("\ufeffa: ü") == {"a": "ü"}
    assert yaml.read("a: ü".encode("utf-16"), file="x.yaml")[0].body == {"a": "ü"}


def test_keys_stand_in_the_order_in_which_a_person_looks_for_them() -> None:
    body = {"spec": {"b": 1, "a": 2}, "metadata": {"labels": {}, "name": "x"}, "kind": "K", "apiVersion": "v1"}
    assert yaml.write(body) == ("apiVersion: v1\nkind: K\nmetadata:\n  name: x\n  labels: {}\nspec:\n  a: 2\n  b: 1\n")
