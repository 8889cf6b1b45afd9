"""Whether something that a tree lacks is missing: every rule that says so asks here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.manifests.ref import Ref
from bayplan.validation.fields import is_variable
from bayplan.validation.finding import Status
from bayplan.validation.outsiders import GIVEN

if TYPE_CHECKING:
    from bayplan.validation.world import World

NEVER_IN_NAMES = frozenset("$<>%@{}")
"""What no name of an object may hold: who writes it puts something in its place later."""


class Lack(NamedTuple):
    """Something that is not in the tree."""

    status: Status
    """BROKEN when nobody else can own it, else UNKNOWN."""
    doubt: str
    """Why it cannot be told, to be put behind a message; "" when it can."""


def lack(world: World, kind: str, namespace: str, name: str) -> Lack | None:
    """None if an object is there or will be; otherwise whether it is missing, as far as can be told."""
    if is_there(world, kind, namespace, name):
        return None
    if is_variable(name) or not NEVER_IN_NAMES.isdisjoint(name):
        return Lack(Status.UNKNOWN, "; the name is completed later")
    return doubt(world, kind, namespace, name)


def doubt(world: World, kind: str, namespace: str, name: str) -> Lack:
    """Whether what is not in the tree may be made by somebody else."""
    if is_variable(namespace):
        return Lack(Status.UNKNOWN, "; the namespace is completed later")
    there = world.elsewhere.get((kind, name))
    if there and (kind, name) not in world.by_name:
        return Lack(Status.UNKNOWN, f", but one stands in {there}, which may be applied beside it")
    who = world.externals.who(kind, namespace, name) or world.outsiders.may_make(kind, namespace)
    return Lack(Status.UNKNOWN, f", but {who}") if who else Lack(Status.BROKEN, "")


def is_there(world: World, kind: str, namespace: str, name: str) -> bool:
    """Whether the tree has an object, or something in it leads to one."""
    if (kind, name) in GIVEN or (kind, name) in world.generated:
        return True
    plain, _, group = kind.partition(".")
    if Ref(group, plain, namespace, name) in world.inventory.by_ref or world.products.has(kind, namespace, name):
        return True
    # a draft may get any namespace, and a namespace that is not written may be any
    same = world.by_name.get((kind, name), ())
    return any(world.draft_of(one) or not namespace or not one.ref.namespace for one in same)
