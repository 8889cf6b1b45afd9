"""Every rule is what its file says: its examples are its tests."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
import yaml

from bayplan.complaint import BadInput
from bayplan.spec.cluster import Cluster
from bayplan.validation.example import findings_in
from bayplan.validation.flux import program
from bayplan.validation.registry import explain, rules

if TYPE_CHECKING:
    from bayplan.validation.finding import Finding
    from bayplan.validation.rule import Rule

every_rule = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)


def cluster_of(rule: Rule) -> Cluster | None:
    """The cluster that a rule's examples are judged for, where they need one."""
    text = getattr(import_module(rule.judge.__module__), "CLUSTER", None)
    return Cluster.model_validate(yaml.safe_load(text)) if text else None


def findings_of(example: str, rule: Rule) -> list[Finding]:
    """The findings in an example, beside the earlier revision where the rule compares with one."""
    if getattr(import_module(rule.judge.__module__), "NEEDS", "") == program.NAME and program.find() is None:
        pytest.skip("flux-build is not built: run `make test`")
    if getattr(import_module(rule.judge.__module__), "WITHOUT", "") == program.NAME:
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv(program.VARIABLE, "/nowhere")
            return findings_in(example)
    return findings_in(example, cluster=cluster_of(rule), base=explain(rule.code).before or None)


@every_rule
def test_a_rule_about_changes_shows_what_was_before(rule: Rule) -> None:
    assert rule.needs_base == bool(explain(rule.code).before)


@every_rule
def test_the_bad_example_yields_this_code_and_no_other(rule: Rule) -> None:
    assert {one.rule for one in findings_of(explain(rule.code).bad, rule)} == {rule.code}


@every_rule
def test_the_good_example_yields_nothing(rule: Rule) -> None:
    assert findings_of(explain(rule.code).good, rule) == []


@every_rule
def test_the_file_says_what_why_and_from_where(rule: Rule) -> None:
    said = explain(rule.code)
    assert re.fullmatch(r"[A-Z][^\n]*\.", said.title)
    assert len(said.why.split()) >= 20
    assert re.fullmatch(r"(<https://[^ >]+>,? ?)+", said.source)
    assert rule.fix
    assert not rule.fix.endswith(".")
    assert rule.judge.__module__.rpartition(".")[2] == rule.judge.__name__


@every_rule
def test_a_rule_reports_on_the_object_that_it_was_given(rule: Rule) -> None:
    kinds = {kind.partition(".")[0] for kind in rule.kinds}
    for one in findings_of(explain(rule.code).bad, rule):
        assert not rule.kinds or one.ref.kind in kinds or one.rule == "YML001"


def test_codes_are_sorted_and_a_prefix_belongs_to_one_family() -> None:
    codes = [rule.code for rule in rules()]
    assert codes == sorted(codes)
    assert all(re.fullmatch(r"[A-Z]{3}\d{3}", code) for code in codes)
    families = {(code[:3], explain(code).family) for code in codes}
    assert len(families) == len({prefix for prefix, _ in families})


def test_an_unknown_code_is_told_with_those_that_there_are() -> None:
    with pytest.raises(BadInput, match="no rule has the code ABC999") as raised:
        explain("ABC999")
    assert "NET001" in str(raised.value)
