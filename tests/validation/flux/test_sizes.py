"""What is too large is measured as the API server does."""

from __future__ import annotations

import base64
import json

import pytest

from bayplan.validation.example import findings_in

MEBIBYTE = 1 << 20


def told(kind: str, **parts: object) -> list[str]:
    body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "web", "namespace": "web"}, **parts}
    return [f"{one.rule} {one.pointer}" for one in findings_in(json.dumps(body))]


@pytest.mark.parametrize(
    ("kind", "part", "value"),
    [
        ("ConfigMap", "data", "a" * MEBIBYTE),
        ("Secret", "stringData", "a" * MEBIBYTE),
        ("Secret", "data", base64.b64encode(b"a" * MEBIBYTE).decode()),
        ("ConfigMap", "binaryData", base64.b64encode(b"a" * MEBIBYTE).decode()),
    ],
)
def test_a_mebibyte_fits_and_a_byte_more_does_not(kind: str, part: str, value: str) -> None:
    more = base64.b64encode(b"a").decode() if len(value) > MEBIBYTE else "a"
    assert told(kind, **{part: {"key": value}}) == []
    assert told(kind, **{part: {"key": value, "more": more}}) == ["FLX017 /data"]


def test_bytes_are_counted_and_not_letters() -> None:
    assert told("ConfigMap", data={"key": "ä" * (MEBIBYTE // 2 + 1)}) == ["FLX017 /data"]


def test_an_object_is_stored_whole() -> None:
    spec = {"resources": [{"notes": "a" * (3 * MEBIBYTE // 2)}]}
    body = {
        "apiVersion": "example.com/v1",
        "kind": "Store",
        "metadata": {"name": "web", "namespace": "web"},
        "spec": spec,
    }
    assert "FLX017" in {one.rule for one in findings_in(json.dumps(body))}
