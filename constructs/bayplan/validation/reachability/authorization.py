"""AuthorizationPolicies of Istio: whether the proxy of a pod lets a connection in.

DENY is asked before ALLOW; a pod that no ALLOW policy selects lets in what nobody denies. What only an HTTP request
has (methods, paths, hosts, tokens) is a "perhaps" here. CUSTOM asks somebody else, AUDIT only writes.

Source: <https://istio.io/latest/docs/reference/config/security/authorization-policy/>
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from bayplan.validation import selectors
from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at, value_at
from bayplan.validation.reachability.conditions import rule_matches
from bayplan.validation.reachability.sure import Sure, admits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.reachability.conditions import Principal
    from bayplan.validation.reachability.ends import End
    from bayplan.validation.selectors import Selector

AUTHORIZATION_POLICY = "AuthorizationPolicy.security.istio.io"
ROOT = "istio-system"
"""The root namespace unless the mesh is told otherwise: what stands there is for all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guard:
    """One AuthorizationPolicy."""

    manifest: Manifest
    action: str
    selector: Selector | None
    """None for all pods of the namespace, or of the mesh."""
    rules: tuple[Mapping[str, Any], ...]
    is_for_waypoint: bool
    """Whether it is bound to a Gateway or Service: then no pod's own proxy asks it."""


class Verdict(NamedTuple):
    """Whether a connection is let in, and the policies that decide it."""

    sure: Sure
    guards: tuple[Guard, ...]


class Guards:
    """The AuthorizationPolicies of a tree, by namespace."""

    def __init__(self, by_kind: Mapping[str, tuple[Manifest, ...]]) -> None:
        self._in: dict[str, list[Guard]] = defaultdict(list)
        for manifest in by_kind.get(AUTHORIZATION_POLICY, ()):
            guard = read(manifest)
            if not guard.is_for_waypoint:
                self._in[manifest.ref.namespace].append(guard)

    def of(self, end: End) -> Iterator[tuple[Guard, Sure]]:
        """The policies that the proxy of a pod surely or perhaps asks."""
        for namespace in dict.fromkeys((ROOT, end.namespace or "")):
            for guard in self._in.get(namespace, ()):
                sure = admits(guard.selector, end.labels, end.hides) if guard.selector is not None else Sure.YES
                if sure:
                    yield guard, sure

    def judge(self, principal: Principal, target: End, number: int) -> Verdict:
        """Whether the proxy of the target lets a connection to a port in."""
        doubts: list[Guard] = []
        allowing: list[tuple[Guard, Sure]] = []
        for guard, selects in self.of(target):
            if guard.action == "ALLOW":
                allowing.append((guard, selects))
            elif guard.action in ("CUSTOM", "DENY"):
                hit = Sure.MAYBE if guard.action == "CUSTOM" else matches(guard, principal, number)
                hit = min(hit, selects)
                if hit is Sure.YES:
                    return Verdict(Sure.NO, (guard,))
                doubts += [guard] if hit else []
        surely = [guard for guard, selects in allowing if selects is Sure.YES]
        hits = [(guard, min(selects, matches(guard, principal, number))) for guard, selects in allowing]
        best = max((hit for _, hit in hits), default=Sure.NO)
        if surely and best is Sure.NO:
            return Verdict(Sure.NO, tuple(surely))
        sure = Sure.YES if (not allowing or best is Sure.YES) and not doubts else Sure.MAYBE
        return Verdict(sure, tuple(guard for guard, hit in hits if hit is best))


def read(manifest: Manifest) -> Guard:
    """An AuthorizationPolicy from its object."""
    spec = mapping_at(manifest.body, "spec")
    labels = texts_at(spec, "selector", "matchLabels")
    return Guard(
        manifest=manifest,
        action=text_at(spec, "action") or "ALLOW",
        selector=selectors.of_labels(labels) if labels else None,
        rules=tuple(rule for _, rule in mappings_at(spec, "rules")),
        is_for_waypoint=bool(value_at(spec, "targetRef") or value_at(spec, "targetRefs")),
    )


def matches(guard: Guard, principal: Principal, number: int) -> Sure:
    """Whether any rule matches; without rules nothing does."""
    return max((rule_matches(rule, principal, number) for rule in guard.rules), default=Sure.NO)
