"""The conditions of an AuthorizationPolicy's rules, as far as a connection shows them: who, and to which port.

Source: <https://istio.io/latest/docs/reference/config/security/conditions/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, words_at
from bayplan.validation.reachability.sure import Sure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HTTP_ONLY = ("hosts", "methods", "notHosts", "notMethods", "notPaths", "paths")
LOCAL = "cluster.local"
"""The trust domain of a mesh that was told no other."""


class Principal(NamedTuple):
    """Who the mesh says that somebody is."""

    namespace: str | None
    """None where it is not known."""
    account: str | None
    is_known: bool
    """Whether it is known who it is. Known and without an account is nobody: no rule that asks for a name admits it."""


NOBODY = Principal(None, None, is_known=True)
SOMEBODY = Principal(None, None, is_known=False)


def rule_matches(rule: Mapping[str, Any], principal: Principal, number: int) -> Sure:
    """One rule: any of `from`, and any of `to`, and all of `when`. What is left out matches."""
    origins = mappings_at(rule, "from")
    uses = mappings_at(rule, "to")
    found = Sure.YES
    if origins:
        found = max(comes_from(mapping_at(item, "source"), principal) for _, item in origins)
    if uses and found:
        found = min(found, max(goes_to(mapping_at(item, "operation"), number) for _, item in uses))
    for _, condition in mappings_at(rule, "when") if found else ():
        found = min(found, holds(condition, principal, number))
    return found


def comes_from(origin: Mapping[str, Any], principal: Principal) -> Sure:
    """One `source`: all of its fields must match."""
    found = Sure.YES
    for key, is_wanted in (("principals", True), ("notPrincipals", False)):
        if patterns := words_at(origin, key):
            found = min(found, turned(named(patterns, principal), is_wanted=is_wanted))
    for key, is_wanted in (("namespaces", True), ("notNamespaces", False)):
        if patterns := words_at(origin, key):
            found = min(found, turned(housed(patterns, principal), is_wanted=is_wanted))
    if any(key not in ("principals", "notPrincipals", "namespaces", "notNamespaces") for key in origin):
        found = min(found, Sure.MAYBE)  # addresses, tokens, serviceAccounts
    return found


def turned(sure: Sure, *, is_wanted: bool) -> Sure:
    """The answer itself, or its opposite."""
    return sure if is_wanted else Sure(Sure.YES - sure)


def named(patterns: Sequence[str], principal: Principal) -> Sure:
    """Whether a principal is one of those in a list."""
    if principal.account is None or principal.namespace is None:
        return Sure.NO if principal.is_known else Sure.MAYBE
    name = f"ns/{principal.namespace}/sa/{principal.account}"
    return max((fits(pattern, f"{LOCAL}/{name}") for pattern in patterns), default=Sure.NO)


def housed(patterns: Sequence[str], principal: Principal) -> Sure:
    """Whether a principal's namespace is one of those in a list."""
    if principal.namespace is None:
        return Sure.NO if principal.is_known else Sure.MAYBE
    return max((fits(pattern, principal.namespace) for pattern in patterns), default=Sure.NO)


def fits(pattern: str, text: str) -> Sure:
    """Exact, by beginning, by end, or any: with a star, as Istio has it. Another trust domain may be ours."""
    if is_variable(pattern):
        return Sure.MAYBE
    if pattern in ("*", text):
        return Sure.YES
    if pattern.endswith("*") and text.startswith(pattern[:-1]):
        return Sure.YES
    if pattern.startswith("*") and text.endswith(pattern[1:]):
        return Sure.YES
    _, slash, rest = pattern.partition("/ns/")
    own = text.partition("/ns/")[2]
    elsewhere = rest == own or (rest.endswith("*") and own.startswith(rest[:-1]))
    return Sure.MAYBE if slash and own and elsewhere else Sure.NO


def goes_to(operation: Mapping[str, Any], number: int) -> Sure:
    """One `operation`: all of its fields must match."""
    found = Sure.YES
    for key, is_wanted in (("ports", True), ("notPorts", False)):
        if ports := words_at(operation, key):
            hit = Sure.MAYBE if any(map(is_variable, ports)) else (Sure.YES if str(number) in ports else Sure.NO)
            found = min(found, turned(hit, is_wanted=is_wanted))
    return min(found, Sure.MAYBE) if any(key in operation for key in HTTP_ONLY) else found


def holds(condition: Mapping[str, Any], principal: Principal, number: int) -> Sure:
    """One `when`: of what is known of a connection, the port and who it is from."""
    found = Sure.YES
    for key, is_wanted in (("values", True), ("notValues", False)):
        if values := words_at(condition, key):
            match text_at(condition, "key"):
                case "destination.port":
                    hit = Sure.YES if str(number) in values else Sure.NO
                case "source.namespace":
                    hit = housed(values, principal)
                case "source.principal":
                    hit = named(values, principal)
                case _:
                    hit = Sure.MAYBE
            found = min(found, turned(hit, is_wanted=is_wanted))
    return found
