"""What is stopped, in words: one message for all that one policy keeps from the same thing."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bayplan.validation.finding import Status
from bayplan.validation.reachability.policy import EGRESS, NAMESPACE_NAME
from bayplan.validation.rule import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.reachability.calls import Stop
    from bayplan.validation.reachability.ends import End
    from bayplan.validation.reachability.reach import Refusal

NAMED = 3
"""How many are named; the others are counted."""


def stopped(policy: Manifest, stops: Iterable[Stop]) -> Iterator[Hit]:
    """The hits of a policy: by direction, by whoever is at the other end, by port."""
    groups: dict[tuple[str, str, str, str], list[Stop]] = defaultdict(list)
    for stop in stops:
        groups[stop.direction, other_of(stop).name, stop.call.port, stop.doubt].append(stop)
    for (direction, _, _, doubt), same in groups.items():
        status = Status.UNKNOWN if doubt else Status.BROKEN
        yield Hit(spot(policy, direction), sentence(policy, same) + (f"; but {doubt}" if doubt else ""), status)


def sentence(policy: Manifest, same: Sequence[Stop]) -> str:
    """Who is kept from whom, why that matters, who else isolates, and what to add."""
    first = same[0]
    ends = listed(list(dict.fromkeys(end_of(stop).name for stop in same)))
    other, call = other_of(first), first.call
    port = call.port if first.direction == EGRESS or len({stop.call.port for stop in same}) == 1 else "their ports"
    leaves = first.direction == EGRESS
    told = f"keeps {ends} from {other.name} on {port}" if leaves else f"keeps {other.name} from {ends} on {port}"
    beside = [str(one.manifest.ref) for one in first.policies if one.manifest is not policy]
    told += f" ({call.why})"
    told += f"; {listed(beside)} {'does' if len(beside) == 1 else 'do'} not allow it either" if beside else ""
    return f"{told}; allow {'egress to' if leaves else 'ingress from'} {described(other)} on {call.port}"


def end_of(stop: Stop) -> End:
    """The pods that the policies isolate."""
    return stop.call.source if stop.direction == EGRESS else stop.call.target


def other_of(stop: Stop) -> End:
    """The other end."""
    return stop.call.target if stop.direction == EGRESS else stop.call.source


def described(end: End) -> str:
    """How a peer would say it."""
    if end.is_host:
        return "its addresses (an ipBlock)"
    labels = ", ".join(f"{key}={value}" for key, value in sorted(end.labels.items())[:NAMED])
    where = f"namespace {NAMESPACE_NAME}={end.namespace}" if end.namespace else "the namespace where it runs"
    return f"{where}, pods {labels}" if labels else where


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b, c and 4 more`."""
    shown = list(names[:NAMED])
    if len(names) > NAMED:
        shown = [*shown[:NAMED], f"{len(names) - NAMED} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def spot(policy: Manifest, direction: str) -> str:
    """Where to add what is missing: the rules of the direction, or what makes the policy isolate it."""
    spec = policy.body.get("spec")
    for key in (direction, "policyTypes"):
        if isinstance(spec, dict) and key in spec:
            return f"/spec/{key}"
    return "/spec"


def refused(guard: Manifest, refusals: Iterable[Refusal]) -> Iterator[Hit]:
    """The hits of an AuthorizationPolicy: by target and port."""
    seen: dict[tuple[str, str], Refusal] = {}
    for refusal in refusals:
        seen.setdefault((refusal.call.target.name, refusal.call.port), refusal)
    for refusal in seen.values():
        call = refusal.call
        denies = refusal.guards[0].action == "DENY"
        beside = [str(one.manifest.ref) for one in refusal.guards[1:]]
        told = f"refuses {call.source.name} at {call.target.name} on {call.port} ({call.why})"
        told += ": a rule of it denies that" if denies else ": no rule of it allows that"
        told += f", and none of {listed(beside)}" if beside else ""
        spec = guard.body.get("spec")
        where = "/spec/rules" if isinstance(spec, dict) and "rules" in spec else "/spec"
        doubt = f"; but {refusal.doubt}" if refusal.doubt else ""
        yield Hit(where, told + doubt, Status.UNKNOWN if doubt else Status.BROKEN)
