"""The loops of CEL: `all`, `exists`, `map`, ... with one variable or with two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.cel.arithmetic import no_overload
from bayplan.validation.cel.syntax import Call, Ident, MapOf
from bayplan.validation.cel.values import NONE, CelError, CelSyntaxError, NotCoveredError, Optional, Struct, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bayplan.validation.cel.syntax import Node

    Env = dict[str, Value]
    Eval = Callable[[Env], Value]
    Compile = Callable[[Node, frozenset[str]], Eval]

STEPS = "#"
VARIABLES = {
    **dict.fromkeys([("all", 2), ("exists", 2), ("exists_one", 2), ("existsOne", 2), ("map", 2), ("map", 3)], 1),
    **dict.fromkeys([("filter", 2), ("optMap", 2), ("optFlatMap", 2), ("sortBy", 2)], 1),
    **dict.fromkeys([("all", 3), ("exists", 3), ("existsOne", 3), ("exists_one", 3)], 2),
    **dict.fromkeys([("transformList", 3), ("transformList", 4), ("transformMap", 3), ("transformMap", 4)], 2),
    **dict.fromkeys([("transformMapEntry", 3), ("transformMapEntry", 4)], 2),
}
"""Name and number of arguments to the number of variables among them."""
MACROS = frozenset(VARIABLES)


def macro(node: Call, known: frozenset[str], compiled: Compile) -> Eval:
    """The function of a loop."""
    name, target, args = node
    count = VARIABLES[name, len(args)]
    names = [one.name for one in args[:count] if isinstance(one, Ident)]
    if len(names) != count or len(set(names)) != count or target is None:
        raise CelSyntaxError(f"{name}() needs the name of a variable", 0)
    inner = known | set(names)
    over = compiled(target, known)
    if name == "transformMapEntry":
        return _entries(over, names, [_pairs(one, inner, compiled) for one in args[count:]])
    bodies = [compiled(one, inner) for one in args[count:]]
    if name in ("optMap", "optFlatMap"):
        return _optional(over, names[0], bodies[0], flat=name == "optFlatMap")
    if name in ("all", "exists"):
        return _quantified(over, names, bodies[0], decides=name == "exists")
    return _collected(name, over, names, bodies)


def rounds(value: Value, names: list[str], env: Env) -> Iterator[tuple[Value, Env]]:
    """Every round of a loop: the key or place, and the variables as they are in it."""
    inner = dict(env)
    left = env[STEPS]
    if isinstance(value, Struct):
        value = value.plain()
    if isinstance(value, list):
        pairs = list(enumerate(value))
    elif isinstance(value, dict):
        pairs = list(value.items())
    else:
        raise no_overload("loop", value)
    for key, one in pairs:
        left[0] -= 1
        if left[0] < 0:
            raise NotCoveredError("more steps than are taken here")
        if len(names) == 2:
            inner[names[0]], inner[names[1]] = key, one
        else:
            inner[names[0]] = one if isinstance(value, list) else key
        yield key, inner


def _quantified(over: Eval, names: list[str], body: Eval, *, decides: bool) -> Eval:
    """`all` and `exists`: a round that decides does so, whatever fails in the others."""

    def run(env: Env) -> bool:
        failed: CelError | None = None
        for _, inner in rounds(over(env), names, env):
            try:
                said = body(inner)
                if type(said) is not bool:
                    raise no_overload("bool", said)
                if said is decides:
                    return decides
            except CelError as error:
                failed = error
        if failed:
            raise failed
        return not decides

    return run


def _collected(name: str, over: Eval, names: list[str], bodies: list[Eval]) -> Eval:
    """Loops that look at every round."""
    condition = bodies[0] if len(bodies) == 2 or name in ("filter", "exists_one", "existsOne") else None
    made = bodies[-1]

    def run(env: Env) -> Value:
        found: list[Value] = []
        keys: list[Value] = []
        for key, inner in rounds(over(env), names, env):
            if condition is not None:
                said = condition(inner)
                if type(said) is not bool:
                    raise no_overload("bool", said)
                if not said:
                    continue
            keys.append(key)
            found.append(inner[names[-1]] if name == "filter" else True if condition is made else made(inner))
        if name in ("exists_one", "existsOne"):
            return len(found) == 1
        if name == "transformMap":
            return dict(zip(keys, found, strict=True))
        return _sorted(over(env), found) if name == "sortBy" else found

    return run


def _sorted(values: list[Value], by: list[Value]) -> list[Value]:
    from bayplan.validation.cel.functions.lists import order  # noqa: PLC0415 - functions know nothing of loops

    return [values[place] for place in sorted(range(len(by)), key=lambda place: order(by[place]))]


def _entries(over: Eval, names: list[str], bodies: list[Eval]) -> Eval:
    """`transformMapEntry`: every round makes a map of one entry."""
    *conditions, made = bodies

    def run(env: Env) -> Value:
        found: dict[Value, Value] = {}
        for _, inner in rounds(over(env), names, env):
            if conditions and conditions[0](inner) is not True:
                continue
            for key, value in made(inner).items():
                if key in found:
                    raise CelError(f"repeated key {key}")
                found[key] = value
        return found

    return run


def _pairs(node: Node, known: frozenset[str], compiled: Compile) -> Eval:
    if isinstance(node, MapOf) and len(node.entries) > 1:
        raise CelSyntaxError("transformMapEntry() makes one entry a round", 0)
    return compiled(node, known)


def _optional(over: Eval, name: str, body: Eval, *, flat: bool) -> Eval:
    def run(env: Env) -> Value:
        value = over(env)
        if not isinstance(value, Optional):
            raise no_overload("optMap", value)
        if not value.there:
            return NONE
        made = body({**env, name: value.value})
        if flat and not isinstance(made, Optional):
            raise no_overload("optFlatMap", made)
        return made if flat else Optional(there=True, value=made)

    return run
