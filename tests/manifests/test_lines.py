"""Where something was written: the pointers are those of the data, and asking for all of them is cheap."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from bayplan.manifests import yaml
from bayplan.manifests.pointer import step

if TYPE_CHECKING:
    from collections.abc import Iterator

keys = st.text(st.sampled_from("ab/~y01.é "), min_size=1, max_size=4)
data = st.recursive(
    st.integers(0, 9) | keys,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


def pointers(value: Any, pointer: str = "") -> Iterator[str]:
    yield pointer
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from pointers(part, step(pointer, key))


@given(st.dictionaries(keys, data, min_size=1, max_size=4))
def test_every_part_of_the_data_has_a_line_and_nothing_else_has(body: dict[str, Any]) -> None:
    document = yaml.read(yaml.write(body).encode(), file="x.yaml")[0]
    assert set(document.lines) == set(pointers(document.body))


def test_keys_are_called_as_kubernetes_calls_them() -> None:
    document = yaml.read(b"y: 1\n0x10: 2\n", file="x.yaml")[0]
    assert dict(document.lines) == {"": 1, "/true": 1, "/16": 2}


def test_what_is_merged_stands_where_it_was_written() -> None:
    text = b"base: &base\n  a: 1\n  b: 2\nmore:\n  <<: *base\n  b: 3\n"
    document = yaml.read(text, file="x.yaml")[0]
    assert document.body["more"] == {"a": 1, "b": 3}
    assert {pointer: line for pointer, line in document.lines.items() if pointer.startswith("/more")} == {
        "/more": 4,
        "/more/a": 2,
        "/more/b": 6,
    }


def test_lines_of_thousands_of_documents_are_found_in_one_go() -> None:
    text = "---\n".join(f"a:\n  b: {number}\n" for number in range(3000)).encode()
    documents = yaml.read(text, file="x.yaml")
    began = time.perf_counter()
    assert [one.lines["/a/b"] for one in documents] == [2 + 3 * number for number in range(3000)]
    assert time.perf_counter() - began < 60, "the file is read once for every document"
