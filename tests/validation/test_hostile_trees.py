"""Any bytes: a finding with file and line, in bounded time; nothing fetched, nothing shown of a Secret."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from bayplan.manifests.read import read_tree
from bayplan.validation.example import findings_in
from bayplan.validation.finding import Status
from bayplan.validation.run import check

if TYPE_CHECKING:
    from pathlib import Path

    from bayplan.validation.finding import Finding

GOOD = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n"
BAD: dict[str, bytes] = {
    "an-alias-bomb": b"a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b", ".join([b"*%c" % (97 + i)] * 10)) for i in range(9)),
    "an-alias-into-itself": b"kind: &a\n  b: *a\n",
    "a-tab-that-indents": GOOD + b"data:\n\ta: b\n",
    "a-key-twice": GOOD + b"data: {a: b, a: c}\n",
    "a-key-that-is-a-list": GOOD + b"data: {[a, b]: c}\n",
    "a-NUL": GOOD + b'data: {a: "\x00"}\n',
    "binary": bytes(range(256)) * 8,
    "brackets-ten-thousand-deep": GOOD + b"data: " + b"[" * 20_000 + b"]" * 20_000,
    "a-tag-that-nobody-knows": GOOD + b"data: {a: !!python/object/apply:os.system [ls]}\n",
    "no-end-of-a-text": GOOD + b"data: {a: 'b}\n",
}
MANY = b"---\n".join([GOOD] * 10_000)


def judged(folder: Path, files: dict[str, bytes]) -> list[Finding]:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    tree = read_tree(folder)
    return check(tree.inventory, complaints=tree.complaints)


@pytest.mark.parametrize("name", sorted(BAD))
def test_what_cannot_be_read_is_a_finding_with_its_line(name: str, tmp_path: Path) -> None:
    begin = time.monotonic()
    found = judged(tmp_path, {"bad.yaml": BAD[name], "good.yaml": GOOD})
    told = [one for one in found if one.rule == "YML001"]
    assert told
    assert {one.file for one in told} == {"bad.yaml"}
    assert all(one.line > 0 and one.message and one.fix for one in told)
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_other_encodings_are_read_as_kubernetes_reads_them(encoding: str, tmp_path: Path) -> None:
    assert judged(tmp_path, {"a.yaml": GOOD.decode().encode(encoding)}) == judged(tmp_path, {"a.yaml": GOOD})


def test_ten_thousand_documents_take_seconds(tmp_path: Path) -> None:
    begin = time.monotonic()
    found = judged(tmp_path, {"many.yaml": MANY})
    assert {one.rule for one in found} >= {"FLX001"}
    assert time.monotonic() - begin < 60


def test_links_that_lead_in_a_circle_and_files_that_nobody_may_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "c.yaml").symlink_to(tmp_path / "c.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    found = judged(tmp_path, {"good.yaml": GOOD})
    assert {one.file for one in found if one.rule == "YML001"} == {"a/b", "c.yaml", "pipe.yaml"}


CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: talks.example.com}
spec:
  group: example.com
  names: {kind: Talk, plural: talks}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: %s}}}}
---
apiVersion: example.com/v1
kind: Talk
metadata: {name: talk, namespace: chat}
spec: %s
"""


@pytest.mark.parametrize(
    ("schema", "spec"),
    [
        ('{type: string, pattern: "^(a+)+$"}', f"{'a' * 5000}b"),
        ('{type: string, pattern: "^(a|aa)*(?=b)c$"}', f"{'a' * 5000}b"),
        ("{$ref: 'https://example.com/schema.json'}", "{a: b}"),
        ("{$ref: '#/definitions/none'}", "{a: b}"),
        ("{type: [object], properties: [1, 2]}", "{a: b}"),
        ("{type: object, properties: 7, required: 8}", "{a: b}"),
        ("{allOf: 7, anyOf: [1], oneOf: {a: b}}", "{a: b}"),
        ("{type: object, x-kubernetes-validations: [{rule: 'self.all(a, self.all(b, true))'}, 7]}", "{a: b}"),
        ("{type: integer, minimum: abc, exclusiveMinimum: true}", "3"),
    ],
)
def test_a_hostile_definition_judges_in_bounded_time_and_nothing_is_fetched(schema: str, spec: str) -> None:
    begin = time.monotonic()
    found = findings_in(CRD % (schema, spec))
    assert [one for one in found if one.status is Status.ERROR] == []
    assert time.monotonic() - begin < 5


def test_no_value_of_a_secret_is_told() -> None:
    text = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: b}\ndata: {a: hunter2!}\nstringData: {b: 31337}\n"
    )
    found = findings_in(text)
    assert {one.rule for one in found if one.status is Status.BROKEN} == {"SCH001"}
    assert not any("hunter2" in one.message or "31337" in one.message for one in found)
