"""What the API server's compiler says of a condition on devices, as far as types tell: names, fields, comparisons.

A device has a driver, attributes of any type, and capacities that are amounts. What has a type that cannot be told is
taken to fit.

Source: <https://github.com/kubernetes/dynamic-resource-allocation/blob/v0.37.2/cel/compile.go>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cel.functions import ALONE, OF_VALUES
from bayplan.validation.cel.macros import VARIABLES
from bayplan.validation.cel.parser import parse
from bayplan.validation.cel.syntax import Call, Ident, Index, ListOf, Lit, MapOf, Select

if TYPE_CHECKING:
    from bayplan.validation.cel.syntax import Node

FIELDS = {
    "driver": "text",
    "attributes": "attributes",
    "capacity": "capacities",
    "allowMultipleAllocations": "bool",
}
BELOW = {
    "attributes": "attributes of a domain",
    "capacities": "capacities of a domain",
    "capacities of a domain": "amount",
}
"""What stands under a key of each."""
ANY = ""
"""A type that cannot be told."""
SPACES = ("base64", "cel", "cidr", "ext", "format", "ip", "lists", "math", "optional", "sets", "strings", "url")
"""Names before functions, and of no value."""
TYPES = ("bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "string", "type", "uint")
GIVES = {
    **dict.fromkeys(("contains", "endsWith", "matches", "startsWith", "isGreaterThan", "isLessThan"), "bool"),
    **dict.fromkeys(("all", "exists", "exists_one", "existsOne", "isQuantity", "isSemver", "has", "in"), "bool"),
    **dict.fromkeys(("compareTo", "size", "indexOf", "asInteger", "sign", "major", "minor", "patch"), "number"),
    **dict.fromkeys(("lowerAscii", "upperAscii", "replace", "substring", "trim", "join", "string"), "text"),
    **dict.fromkeys(("int", "uint", "double"), "number"),
    "quantity": "amount",
    "semver": "version",
}
"""Functions by what they give."""
CALLED = {*OF_VALUES, *ALONE, *(name for name, _ in VARIABLES), "has", "includes"}
ORDER, EQUAL = ("_<_", "_<=_", "_>_", "_>=_"), ("_==_", "_!=_")
LOGIC = ("_&&_", "_||_", "!_")
MAPS = {"attributes", "capacities", "attributes of a domain", "capacities of a domain"}
UNORDERED = {"amount", "version", *MAPS}


class _WrongTypeError(Exception):
    """The compiler would refuse it; the text says why."""


def wrong_with(text: str) -> str:
    """Why the API server refuses a condition that parses; "" where it takes it."""
    try:
        result = _type(parse(text), frozenset({"device"}))
    except _WrongTypeError as error:
        return str(error)
    except RecursionError:
        return ANY
    return "" if result in (ANY, "bool") else f"gives {_a(result)}, not true or false"


def _type(node: Node, known: frozenset[str]) -> str:
    match node:
        case Lit(value=value):
            return _of_literal(value)
        case Ident(name=name):
            if name not in known and name not in TYPES:
                raise _WrongTypeError(f"names {name}; there is {', '.join(sorted(known))}")
            return "device" if name == "device" else ANY
        case Select(operand=operand, field=field):
            return _below(_type(operand, known), field)
        case Index(operand=operand, key=key):
            _type(key, known)
            return BELOW.get(_type(operand, known), ANY)
        case Call():
            return _call(node, known)
        case ListOf() | MapOf():
            for part in _parts(node):
                _type(part, known)
    return ANY


def _parts(node: ListOf | MapOf) -> list[Node]:
    if isinstance(node, ListOf):
        return [item for item, _ in node.items]
    return [part for key, value, _ in node.entries for part in (key, value)]


def _of_literal(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if value is None:
        return "null"
    return "text" if isinstance(value, str) else "number" if isinstance(value, int | float) else ANY


def _below(owner: str, field: str) -> str:
    if owner != "device":
        return BELOW.get(owner, ANY)
    if field not in FIELDS:
        raise _WrongTypeError(f"a device has no {field}; it has {', '.join(FIELDS)}")
    return FIELDS[field]


def _call(node: Call, known: frozenset[str]) -> str:
    name, target, args = node
    loops = VARIABLES.get((name, len(args)), 0) if target is not None else 0
    if target is not None and not (isinstance(target, Ident) and target.name in SPACES):
        _type(target, known)
    if isinstance(target, Ident) and target.name in SPACES:
        return ANY  # cel.bind() has names of its own
    if name not in CALLED and name[-1] != "_":
        raise _WrongTypeError(f"calls {name}(), which there is not")
    inner = known | {one.name for one in args[:loops] if isinstance(one, Ident)}
    types = [_type(one, inner) for one in args[loops:]]
    if name in (*ORDER, *EQUAL):
        _compared(name, *types)
        return "bool"
    if name in LOGIC:
        for one in types:
            if one not in (ANY, "bool"):
                raise _WrongTypeError(f"{name.strip('_')} takes true or false, not {_a(one)}")
        return "bool"
    if name == "_?_:_" and types[1:2] == types[2:]:
        return types[1]
    return "bool" if name == "_in_" else GIVES.get(name, ANY)


def _compared(name: str, left: str, right: str) -> None:
    if "null" in (left, right) and {left, right} & {"null", "text", "number", "bool"} != {left, right}:
        return
    if left and right and left != right and not {left, right} <= MAPS:
        raise _WrongTypeError(f"compares {_a(left)} with {_a(right)}")
    if name in ORDER and {left, right} & UNORDERED:
        one = left if left in UNORDERED else right
        raise _WrongTypeError(f"{name.strip('_')} compares no {one}s: write a.compareTo(b) {name.strip('_')} 0")


def _a(kind: str) -> str:
    return kind if " " in kind else f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
