"""The library: checks of plain data, helpers for people's own rules, and rules that other packages bring."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bayplan.complaint import BadInput
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation import check
from bayplan.validation.finding import Status
from bayplan.validation.testing import assert_clean, assert_finds, assert_rule

if TYPE_CHECKING:
    from pathlib import Path

SERVICE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "chat"},
    "spec": {"selector": {"app": "wbe"}, "ports": [{"name": "http", "port": 80}]},
}
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "chat", "labels": {"app": "web"}},
    "spec": {"containers": [{"name": "web", "image": "a@sha256:0", "envFrom": [{"configMapRef": {"name": "facts"}}]}]},
}


def found(*objects: Any, **more: Any) -> list[tuple[str, str, str]]:
    return [(one.rule, str(one.ref), one.status.name) for one in check(objects, **more)]


def test_plain_data_is_checked() -> None:
    assert found(SERVICE, POD, select=["NET", "REF"]) == [
        ("NET001", "Service chat/web", "BROKEN"),
        ("REF002", "Pod chat/web", "BROKEN"),
    ]


def test_manifests_and_lists_are_checked() -> None:
    manifest = Manifest(ref=Ref.of(SERVICE), body=SERVICE, file="a.yaml", line=7)
    objects: list[dict[str, Any] | Manifest] = [manifest, POD]
    (one,) = check(iter(objects), select=["NET001"])
    assert (one.file, one.line) == ("a.yaml", 7)
    assert found({"apiVersion": "v1", "kind": "List", "items": [SERVICE, POD]}, select=["NET001"])


def test_rules_are_chosen() -> None:
    assert found(SERVICE, POD, select=["S1"]) == [("NET001", "Service chat/web", "BROKEN")]
    assert found(SERVICE, POD, select=["network"], ignore=["NET001"]) == []
    with pytest.raises(BadInput, match="names no rule"):
        found(SERVICE, select=["nothing"])


def test_externals_make_it_unknown() -> None:
    (one,) = check([POD], select=["REF002"], externals=[{"kind": "ConfigMap", "name": "fact*", "why": "by hand"}])
    assert one.status is Status.UNKNOWN
    assert "the caller says that it is made elsewhere: by hand" in one.message


def test_an_earlier_revision_can_be_given() -> None:
    before = {**SERVICE, "spec": {**SERVICE["spec"], "clusterIP": "10.0.0.1"}}
    after = {**SERVICE, "spec": {**SERVICE["spec"], "clusterIP": "10.0.0.2"}}
    assert found(after, base=[before], select=["CHG"]) == [("CHG005", "Service chat/web", "BROKEN")]
    assert found(after, select=["CHG"]) == []


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(BadInput, match="is a str, which is no object"):
        check(["kind: Service"])  # type: ignore[list-item]


def test_nothing_is_changed_in_the_data_of_the_caller() -> None:
    before = yaml.safe_dump([SERVICE, POD])
    check([SERVICE, POD])
    assert yaml.safe_dump([SERVICE, POD]) == before


def test_importing_the_library_starts_and_imports_nothing() -> None:
    probe = "import sys; import bayplan.validation; print([m for m in sys.modules if 'yaml' in m or 'pydantic' in m])"
    answer = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_helpers_say_what_is_missing_and_what_is_too_much() -> None:
    text = yaml.safe_dump(SERVICE)
    assert_finds(text, "NET001 Service chat/web /spec/selector", rules="NET")
    with pytest.raises(AssertionError, match=r"(?s)not found:.*NET002.*found as well:.*NET001 Service chat/web"):
        assert_finds(text, "NET002 Service chat/web /", rules="NET")
    with pytest.raises(AssertionError):
        assert_clean(text)
    assert_clean("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
    assert_rule("NET001")
    assert_rule("CHG001")


GUEST = '''
"""A Service is blue.

Blue services are not allowed in our house since the painter of the house left with the last of the blue colour, so that
nobody can mend them. Paint it in another colour.

Source: <https://example.com/colours>
"""

from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule

BAD = """
apiVersion: v1
kind: Service
metadata: {name: a, namespace: b, labels: {colour: blue}}
spec: {type: ExternalName, externalName: example.com}
"""
GOOD = BAD.replace("blue", "red")


@rule("ACM001", severity=Severity.RISK, kinds=("Service",), fix="paint it")
def service_is_blue(service, world):
    """Look at the colour."""
    if service.body["metadata"].get("labels", {}).get("colour") == "blue":
        yield Hit("/metadata/labels/colour", "is blue")
'''
TRY = (
    "from bayplan.validation.testing import assert_rule; assert_rule('ACM001'); from bayplan.validation import check; "
)


def package(folder: Path, code: str = "ACM001", name: str = "acme") -> None:
    """An installed distribution, as an installer leaves it: a package and its metadata."""
    rules = folder / f"{name}_rules"
    rules.mkdir(parents=True)
    (rules / "__init__.py").write_text("")
    (rules / "service_is_blue.py").write_text(GUEST.lstrip().replace("ACM001", code))
    about = folder / f"{name}_rules-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-rules\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[bayplan.rules]\n{name} = {name}_rules\n")


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_an_installed_package_brings_rules(tmp_path: Path) -> None:
    package(tmp_path)
    told = python(tmp_path, "-c", TRY + "print(check([], select=['ACM', 'acme_rules']))")
    assert (told.returncode, told.stdout.strip()) == (0, "[]"), told.stderr
    told = python(tmp_path, "-m", "bayplan", "explain", "acm001")
    assert "A Service is blue." in told.stdout
    assert "acme_rules" in told.stdout


@pytest.mark.parametrize("code", ["NET001", "NET777"])
def test_a_package_cannot_take_letters_of_ours(tmp_path: Path, code: str) -> None:
    package(tmp_path, code)
    told = python(tmp_path, "-m", "bayplan", "rule", "list")
    assert told.returncode == 2
    assert f"the rule {code} of acme_rules has a code of bayplan" in told.stderr


def test_two_packages_cannot_share_letters(tmp_path: Path) -> None:
    package(tmp_path)
    package(tmp_path, "ACM002", "other")
    told = python(tmp_path, "-m", "bayplan", "rule", "list")
    assert told.returncode == 2
    assert "has a code of acme" in told.stderr


def test_a_new_rule_fails_its_tests_until_it_is_filled(tmp_path: Path) -> None:
    package(tmp_path)
    new = ("-m", "bayplan", "rule", "new", "ACM002", "A Service is\tgreen", "--to", str(tmp_path / "acme_rules"))
    told = python(tmp_path, *new)
    assert told.returncode == 0, told.stderr
    text = (tmp_path / "acme_rules" / "service_is_green.py").read_text()
    assert text.startswith('"""A Service is green.\n')
    told = python(tmp_path, "-c", "from bayplan.validation.testing import assert_rule; assert_rule('ACM002')")
    assert told.returncode == 1
    assert "ACM002: BAD yields nothing; it does not say why" in told.stderr
    assert python(tmp_path, *new).returncode == 2
