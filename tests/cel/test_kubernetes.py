"""Kubernetes' own functions, and values with the types of a schema."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bayplan.validation.cel.compiler import Program
from bayplan.validation.cel.functions import ALONE, NOT_COVERED, OF_VALUES
from bayplan.validation.cel.rules import checker_of, verdicts
from bayplan.validation.cel.values import CelError, CelSyntaxError, NotCoveredError

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    "expression",
    [
        "quantity('1Gi').isGreaterThan(quantity('1000Mi'))",
        "quantity('500m').add(quantity('1')).compareTo(quantity('1.5')) == 0",
        "!isQuantity('1KB') && isQuantity('1e3') && quantity('2k').asInteger() == 2000",
        "quantity('0.5').isInteger() == false && quantity('-1').sign() == -1",
        "ip('10.0.0.1').family() == 4 && isIP('::1') && !isIP('::ffff:1.2.3.4') && !isIP('10.0.0.01')",
        "ip('127.0.0.1').isLoopback() && ip('224.0.0.1').isLinkLocalMulticast() && ip('8.8.8.8').isGlobalUnicast()",
        "cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsCIDR('10.0.0.0/7')",
        "cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8') && cidr('10.0.0.0/8').prefixLength() == 8",
        "isURL('https://a.example.com:80/p?q=1') && url('https://a:80/p').getPort() == '80' && !isURL('a/b')",
        "url('https://[::1]:80/').getHostname() == '::1' && url('/a?b=c').getQuery() == {'b': ['c']}",
        "'abc123'.find('[0-9]+') == '123' && 'a1b2'.findAll('[0-9]') == ['1', '2']",
        "[1, 2, 3].sum() == 6 && ['a', 'b'].isSorted() && [3, 1].min() == 1 && [1, 1].indexOf(1) == 0",
        "sets.contains([1, 2], [2]) && sets.equivalent([1], [1, 1]) && !sets.intersects([1], [2])",
        "semver('1.2.3').isLessThan(semver('1.10.0')) && isSemver('v1.0', true) && !isSemver('v1.0')",
        "semver('1.0.0-alpha').compareTo(semver('1.0.0')) == -1 && semver('1.0.0').major() == 1",
        "format.dns1123Label().validate('A').hasValue() && format.named('uuid').value().validate('x').hasValue()",
        "!format.named('nothing').hasValue() && format.uri().validate('https://a').hasValue() == false",
        "{'a': 1}.transformMap(k, v, v + 1) == {'a': 2} && [1, 2].all(i, v, i < v) && [[1], [2]].flatten() == [1, 2]",
        "optional.of(1).optMap(x, x + 1).value() == 2 && [1].first().orValue(0) == 1",
    ],
)
def test_functions_of_kubernetes(expression: str) -> None:
    assert Program(expression, ())({}) is True


def said(schema: dict[str, Any], value: Any, old: Any = None) -> list[str]:
    """What the rules of a spec say of it."""
    root = {"type": "object", "properties": {"spec": {"type": "object", **schema}}}
    checker = checker_of(root, root)
    assert checker is not None
    earlier = None if old is None else {"spec": old}
    return [one.message for one in verdicts(checker, root, {"spec": value}, earlier)]


def ruled(rule: str, **properties: Any) -> dict[str, Any]:
    return {"properties": properties, "x-kubernetes-validations": [{"rule": rule, "message": "no"}]}


@pytest.mark.parametrize(
    ("rule", "properties", "value"),
    [
        ("self.namespace == 'a'", {"namespace": TEXT}, {"namespace": "a"}),
        ("self.x__dash__y == 'a'", {"x-y": TEXT}, {"x-y": "a"}),
        ("self.__namespace__ == 'a'", {"namespace": TEXT}, {"namespace": "a"}),
        ("self.n == 2", {"n": {"type": "number"}}, {"n": 2}),
        ("type(self.p) == int", {"p": {"type": ["integer", "string"]}}, {"p": 2}),
        (
            "self.t > timestamp('2020-01-01T00:00:00Z')",
            {"t": TEXT | {"format": "date-time"}},
            {"t": "2021-01-01T00:00:00Z"},
        ),
        (
            "self.l == ['b', 'a']",
            {"l": {"type": "array", "items": TEXT, "x-kubernetes-list-type": "set"}},
            {"l": ["a", "b"]},
        ),
        ("!has(self.a) && self.d == 'x'", {"a": TEXT, "d": TEXT | {"default": "x"}}, {}),
        ("self.?a.orValue('z') == 'z'", {"a": TEXT}, {}),
    ],
)
def test_values_have_the_types_of_their_schema(rule: str, properties: dict[str, Any], value: Any) -> None:
    good = rule.startswith("self.namespace")  # `namespace` is a word of the language: it is no CEL
    assert said(ruled(rule, **properties), value) == [] or (
        good and "no CEL" in said(ruled(rule, **properties), value)[0]
    )


def test_a_rule_of_a_step_is_asked_only_of_a_step() -> None:
    schema = ruled("self.a == oldSelf.a", a=TEXT)
    assert said(schema, {"a": "x"}) == []
    assert said(schema, {"a": "x"}, {"a": "x"}) == []
    assert said(schema, {"a": "x"}, {"a": "y"}) == ["no"]


def test_a_message_may_be_an_expression() -> None:
    schema = {
        "properties": {"a": {"type": "integer"}},
        "x-kubernetes-validations": [{"rule": "self.a > 3", "messageExpression": "'a is ' + string(self.a)"}],
    }
    assert said(schema, {"a": 2}) == ["a is 2"]


def test_what_is_not_covered_says_so_and_is_no_pass() -> None:
    told = said(ruled("authorizer.path('/x').check('get').allowed()", a=TEXT), {"a": "x"})
    assert len(told) == 1
    assert "is not checked" in told[0]
    assert len(NOT_COVERED) > 4
    assert not {"authorizer", "cel.bind", "base64.encode", "math.greatest"} & (ALONE.keys() | OF_VALUES.keys())


@pytest.mark.parametrize(
    "text", ["(" * 5000, "[" * 400 + "]" * 400, "-" * 50_001 + "a", "'" * 99_999, "a." * 40_000 + "a"]
)
def test_hostile_text_is_answered(text: str) -> None:
    with pytest.raises((CelSyntaxError, NotCoveredError)):
        Program(text, ("self",))({"self": 1})


def test_a_loop_that_would_never_end_and_a_hostile_pattern_end_soon() -> None:
    begin = time.monotonic()
    ten = "[0,1,2,3,4,5,6,7,8,9]"
    loops = f"{ten}.all(a, {ten}.all(b, {ten}.all(c, {ten}.all(d, {ten}.all(e, {ten}.all(f, {ten}.all(g, true)))))))"
    with pytest.raises(NotCoveredError):
        Program(loops, ())({})
    assert Program(f"'{'a' * 5000}b'.matches('^(a+)+$')", ())({}) is False
    with pytest.raises(CelError):
        Program("'a'.matches('(?=a)')", ())({})
    assert time.monotonic() - begin < 20
