"""The second parser sees what was written, not what was meant."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayplan.manifests import yaml
from bayplan.render.synth_proof import says

WORDS = [
    "y",
    "no",
    "Off",
    "null",
    "~",
    "1e3",
    "0o17",
    "017",
    "1:30",
    "1_000",
    "=",
    "<<",
    "2001-01-01",
    "+1",
    ".5",
    " a",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(-(1 << 53) + 1, (1 << 53) - 1),
    st.sampled_from(WORDS),
    st.text(st.characters(codec="utf-8")).filter(lambda text: "${" not in text),
)
BODIES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS) | st.text("abc:/-. 0", max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(BODIES)
def test_what_we_write_passes(value: Any) -> None:
    body = {"apiVersion": "v1", "kind": "Thing", "data": value}
    assert says(yaml.write(body).encode(), body)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: yes", "yes"),
        ("a: 1:30", "1:30"),
        ("a: 2001-01-01", "2001-01-01"),
        ("a: 1", True),
        ("a: 1.0", 1),
        ("a: 017", 17),
        ("a: !!binary aGk=", "hi"),
        ("a: 1\na: 1", 1),
        ("a: 1\n---\na: 1", 1),
        ("a: [1", 1),
        ("", 1),
    ],
)
def test_what_says_something_else_does_not_pass(text: str, value: Any) -> None:
    assert not says(text.encode(), {"a": value})
