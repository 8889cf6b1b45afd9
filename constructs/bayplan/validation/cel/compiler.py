"""From the tree of an expression to a Python function, made once and called for every object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cel import arithmetic
from bayplan.validation.cel.access import chosen, item, member, present
from bayplan.validation.cel.functions import ALONE, OF_VALUES, fits
from bayplan.validation.cel.macros import MACROS, macro
from bayplan.validation.cel.operators import OPERATORS, truth
from bayplan.validation.cel.parser import parse
from bayplan.validation.cel.syntax import Call, Ident, Index, ListOf, Lit, MapOf, Select
from bayplan.validation.cel.values import (
    TYPES,
    CelError,
    CelSyntaxError,
    NotCoveredError,
    Optional,
    TypeOf,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bayplan.validation.cel.syntax import Node

    Env = dict[str, Value]
    Eval = Callable[[Env], Value]

TYPE_NAMES = {*TYPES.values(), "list", "map"} - {"object"}
STEPS = "#"
"""Key of the environment under which a list holds how many steps of loops are left."""
STEPS_MAX = 1_000_000
"""The API server bounds the cost of a rule, too; what needs more than this would be refused there."""


class Program:
    """An expression that can be evaluated."""

    def __init__(self, text: str, variables: Collection[str]) -> None:
        """CelSyntaxError for what is no CEL, NotCoveredError for names that are not known here."""
        try:
            self._run = compiled(parse(text), frozenset(variables))
        except RecursionError:
            raise CelSyntaxError("too many levels", 0) from None

    def __call__(self, variables: Env) -> Value:
        """The value; CelError where there is none."""
        try:
            return self._run({**variables, STEPS: [STEPS_MAX]})
        except RecursionError:
            raise NotCoveredError("more levels than can be followed here") from None


def compiled(node: Node, known: frozenset[str]) -> Eval:  # noqa: PLR0911 - one for each form
    """The function of a node; `known` are the variables that it may name."""
    match node:
        case Lit(value=value):
            return lambda _: value
        case Ident(name=name):
            return _named(name, known)
        case Select() if (name := path(node)) in TYPE_NAMES and path(node).partition(".")[0] not in known:
            return lambda _: TypeOf(name)
        case Select(operand=operand, field=field, optional=optional):
            of = compiled(operand, known)
            return (lambda env: chosen(of(env), field)) if optional else (lambda env: member(of(env), field))
        case Index(operand=operand, key=key, optional=optional):
            of, by = compiled(operand, known), compiled(key, known)
            return (lambda env: chosen(of(env), by(env))) if optional else (lambda env: item(of(env), by(env)))
        case ListOf(items=items):
            return _list([(compiled(one, known), optional) for one, optional in items])
        case MapOf(entries=entries):
            return _map([(compiled(k, known), compiled(v, known), optional) for k, v, optional in entries])
        case Call():
            return _call(node, known)
    raise NotCoveredError(f"the type {node.name}")


def path(node: Node) -> str:
    """`a.b.c` as text; "" for what is no path."""
    if isinstance(node, Ident):
        return node.name
    if isinstance(node, Select) and not node.optional and (front := path(node.operand)):
        return f"{front}.{node.field}"
    return ""


def _named(name: str, known: frozenset[str]) -> Eval:
    if name in known:
        return lambda env: env[name]
    if name in TYPE_NAMES:
        return lambda _: TypeOf(name)
    raise NotCoveredError(f"the name {name}")


def _list(items: list[tuple[Eval, bool]]) -> Eval:
    if not any(optional for _, optional in items):
        plain = [one for one, _ in items]
        return lambda env: [one(env) for one in plain]

    def made(env: Env) -> Value:
        found = []
        for one, optional in items:
            value = one(env)
            if not optional:
                found.append(value)
            elif not isinstance(value, Optional):
                raise arithmetic.no_overload("[?_]", value)
            elif value.there:
                found.append(value.value)
        return found

    return made


def _map(entries: list[tuple[Eval, Eval, bool]]) -> Eval:
    def made(env: Env) -> Value:
        found: dict[Value, Value] = {}
        for key_of, value_of, optional in entries:
            key, value = key_of(env), value_of(env)
            if not isinstance(key, str | int | bool):
                raise CelError("unsupported key type")
            if key in found:
                raise CelError(f"repeated key {key}")
            if optional and not isinstance(value, Optional):
                raise arithmetic.no_overload("{?_}", value)
            if not optional or value.there:
                found[key] = value.value if optional else value
        return found

    return made


def _call(node: Call, known: frozenset[str]) -> Eval:
    name, target, args = node
    if target is None and name in OPERATORS:
        return _operator(name, [compiled(one, known) for one in args])
    if target is None and name == "has":
        return _has(args, known)
    if target is not None and (name, len(args)) in MACROS:
        return macro(node, known, compiled)
    if target is not None and (front := path(target)) and front.partition(".")[0] not in known:
        if (full := f"{front}.{name}") in ALONE:
            return _function(full, ALONE[full], args, known)
        raise NotCoveredError(f"the function {full}")
    if target is not None:
        if name not in OF_VALUES:
            raise NotCoveredError(f"the function {name}")
        return _function(name, OF_VALUES[name], (target, *args), known)
    if name not in ALONE:
        raise NotCoveredError(f"the function {name}")
    return _function(name, ALONE[name], args, known)


def _function(name: str, function: Callable[..., Value], args: tuple[Node, ...], known: frozenset[str]) -> Eval:
    if not fits(function, len(args)):
        raise NotCoveredError(f"the function {name} with {len(args)} arguments")
    parts = [compiled(one, known) for one in args]
    if len(parts) == 1:
        (only,) = parts
        return lambda env: function(only(env))
    if len(parts) == 2:
        first, second = parts
        return lambda env: function(first(env), second(env))
    return lambda env: function(*[one(env) for one in parts])


def _has(args: tuple[Node, ...], known: frozenset[str]) -> Eval:
    if len(args) != 1 or not isinstance(args[0], Select):
        raise CelSyntaxError("has() asks for a field", 0)
    of, field = compiled(args[0].operand, known), args[0].field
    return lambda env: present(of(env), field)


def _operator(name: str, parts: list[Eval]) -> Eval:
    if name == "_?_:_":
        asked, yes, no = parts
        return lambda env: yes(env) if truth(asked(env)) else no(env)
    if len(parts) == 1:
        (only,) = parts
        return (lambda env: not truth(only(env))) if name == "!_" else (lambda env: arithmetic.negate(only(env)))
    left, right = parts
    if name in ("_&&_", "_||_"):
        return _logic(left, right, decides=name == "_||_")
    function = OPERATORS[name]
    return lambda env: function(left(env), right(env))


def _logic(left: Eval, right: Eval, *, decides: bool) -> Eval:
    """`&&` and `||`: the side that decides does so even when the other one fails."""

    def either(env: Env) -> bool:
        try:
            if truth(left(env)) is decides:
                return decides
        except CelError:
            if truth(right(env)) is decides:
                return decides
            raise
        return truth(right(env))

    return either
