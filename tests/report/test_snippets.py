"""What is shown of a file: the spot, a little around it, and never a secret."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from tests.report.told import finding, told

from bayplan.manifests.ref import Ref
from bayplan.report.findings.plain import hidden, masked
from bayplan.report.findings.told import Told, form

if TYPE_CHECKING:
    from pathlib import Path

SEALED = """\
apiVersion: v1
kind: Secret
metadata: {name: a, namespace: b}
stringData:
  password: hunter2
  config: |
    user=hunter2
  plain: hunter2
data: {key: aHVudGVyMg==}
"""


def test_the_spot_is_marked(tmp_path: Path) -> None:
    text = form("text").render(told(tmp_path, findings=(finding(),)))
    assert "           5 │   selector: {matchLabels: {app: web}}\n             │   ^^^^^^^^\n" in text


def test_colour_is_for_terminals(tmp_path: Path) -> None:
    assert "\x1b[" not in form("text").render(told(tmp_path))
    assert "\x1b[1;31m" in form("text").render(told(tmp_path, color=True))


@pytest.mark.parametrize("line", range(1, 10))
@pytest.mark.parametrize("kind", ["Secret", "Deployment"])
@pytest.mark.parametrize("name", ["text", "sarif", "json", "markdown", "junit"])
def test_nothing_of_a_secret_is_shown(tmp_path: Path, line: int, kind: str, name: str) -> None:
    (tmp_path / "s.yaml").write_text(SEALED)
    one = finding(file="s.yaml", line=line, ref=Ref("", kind, "b", "a"), pointer="/stringData/password")
    text = form(name).render(Told(findings=(one,), root=tmp_path, explain=True))
    assert "hunter2" not in text
    assert "aHVudGVyMg" not in text


@pytest.mark.parametrize(
    ("line", "before"),
    [
        ("  password: hunter2", ""),
        ('  "dbPassword": "hunter2",', ""),
        ("  API_KEY: hunter2", ""),
        ("    value: hunter2", "    - name: DB_PASSWORD"),
        ("  - {name: TOKEN, value: hunter2}", ""),
        ("  url: postgres://app:hunter2@db:5432/app", ""),
        ("  args: [--token=hunter2]", ""),
    ],
)
def test_values_that_are_called_secret_are_not_shown(line: str, before: str) -> None:
    assert "hunter2" not in masked(line, before)


@pytest.mark.parametrize(
    "line",
    [
        "  secretName: registry",
        "  automountServiceAccountToken: false",
        "  valueFrom: {secretKeyRef: {name: a, key: token}}",
        "  imagePullSecrets: [{name: registry}]",
        "  password: ${PASSWORD}",
        "  serviceAccountToken: {path: token}",
        "  replicas: 3 # the token bucket",
    ],
)
def test_names_of_secrets_are_shown(line: str) -> None:
    assert masked(line) == line


@pytest.mark.parametrize(
    "text",
    [
        "AKIAABCDEFGHIJKLMNOP",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
        "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQ",
    ],
)
def test_what_looks_like_a_credential_is_not_repeated(text: str) -> None:
    assert hidden(f"is {text}") in ("is ***", "is ***\nMIIE")


def test_a_file_outside_of_the_tree_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "out.yaml").write_text("a: b\n")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.yaml").symlink_to(tmp_path / "out.yaml")
    for file in ("../out.yaml", "link.yaml", "gone.yaml", ""):
        assert Told(findings=()).snippets.of(finding(file=file, line=1)) == ()
        assert Told(findings=(), root=tmp_path / "in").snippets.of(finding(file=file, line=1)) == ()


def test_long_lines_and_long_files_are_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "web.yaml").write_text("a: " + "x" * 1_000_000 + "\n" + "b: c\n" * 200_000)
    many = tuple(finding(number, line=1 + number % 2) for number in range(500))
    began = time.monotonic()
    text = form("text").render(Told(findings=many, root=tmp_path))
    assert time.monotonic() - began < 20
    assert max(map(len, text.splitlines())) < 200


def test_an_empty_file_has_no_lines_to_show(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "web.yaml").write_text("")
    assert Told(findings=(), root=tmp_path).snippets.of(finding(line=5)) == ()
