"""Policies of the tree that deny an object: ValidatingAdmissionPolicies with a binding, asked as the API server asks.

A policy that comes with the change itself is not in force when the change is tried, and is not asked.
Source: <https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/>
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from bayplan.review.effects.refused_matching import covers
from bayplan.review.values.defaults import defaults_of
from bayplan.review.values.shape import shape_of
from bayplan.validation.cel.compiler import Program
from bayplan.validation.cel.values import CelError, CelSyntaxError, NotCoveredError
from bayplan.validation.changes import is_left_alone
from bayplan.validation.fields import mappings_at, text_at, value_at, words_at
from bayplan.validation.once import once
from bayplan.validation.webhooks import ADMISSION as GROUP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison
    from bayplan.review.values.shape import Shape
    from bayplan.validation.world import World

NAMES = ("object", "oldObject", "request", "variables", "namespaceObject")
LONGEST = 120
UNWRITTEN: dict[str, dict[str, Any]] = {
    "apps.DaemonSetSpec": {"updateStrategy": {}},
    "apps.DeploymentSpec": {"replicas": 1, "strategy": {}},
    "apps.ReplicaSetSpec": {"replicas": 1},
    "apps.StatefulSetSpec": {"replicas": 1, "updateStrategy": {}},
}
"""Type to what is there with its own defaults even where nobody writes it."""


class Denial(NamedTuple):
    """An object that a policy denies."""

    manifest: Manifest
    policy: Manifest
    message: str
    doubt: str


KEPT: WeakKeyDictionary[Comparison, list[Denial]] = WeakKeyDictionary()


def denials(comparison: Comparison) -> list[Denial]:
    """Objects that are new or changed, and denied."""
    if comparison not in KEPT:
        KEPT[comparison] = [*_denials(comparison)] if bound(comparison.head) else []
    return KEPT[comparison]


def _denials(comparison: Comparison) -> Iterator[Denial]:
    pairs = [(one, None) for one in comparison.added] + [(one.after, one.before) for one in comparison.changed]
    for manifest, before in pairs:
        if is_left_alone(manifest) and before is not None:
            continue
        for policy, binding in bound(comparison.head):
            matches = all(
                covers(value_at(one.body, "spec", key), manifest, before, comparison.head)
                for one, key in ((policy, "matchConstraints"), (binding, "matchResources"))
            )
            if matches and comparison.before(policy) is not None:
                told = asked(policy, manifest, before, comparison.head)
                if told is not None:
                    yield told
                    break


@once
def bound(world: World) -> list[tuple[Manifest, Manifest]]:
    """Policies with a binding that denies."""
    found = []
    for binding in world.by_kind.get(f"ValidatingAdmissionPolicyBinding.{GROUP}", ()):
        names = world.by_name.get(
            (f"ValidatingAdmissionPolicy.{GROUP}", text_at(binding.body, "spec", "policyName")), ()
        )
        if names and "Deny" in words_at(binding.body, "spec", "validationActions"):
            found.append((names[0], binding))
    return found


def asked(policy: Manifest, manifest: Manifest, before: Manifest | None, world: World) -> Denial | None:
    """The first rule of a policy that denies an object; None where all of them take it."""
    spec = policy.body.get("spec")
    variables = Variables(manifest, before, world)
    try:
        if text_at(spec, "paramKind", "kind"):
            raise NotCoveredError("parameters")  # noqa: TRY301 - as any other part that is not known here
        for _, one in mappings_at(spec, "matchConditions"):
            if variables.ask(text_at(one, "expression")) is not True:
                return None
        for _, one in mappings_at(spec, "variables"):
            variables.add(text_at(one, "name"), text_at(one, "expression"))
        for _, one in mappings_at(spec, "validations"):
            text = text_at(one, "expression")
            if variables.ask(text) is not True:
                return Denial(manifest, policy, text_at(one, "message") or f"failed expression: {short(text)}", "")
    except NotCoveredError as error:
        return Denial(manifest, policy, "it may deny it", f"its rules could not be asked here: {error}")
    except (CelError, CelSyntaxError) as error:
        if text_at(spec, "failurePolicy") == "Ignore":
            return None
        return Denial(manifest, policy, f"its rules fail ({error})", "the cluster may know more of the object")
    return None


def short(text: str) -> str:
    """An expression on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


class Variables:
    """What the expressions of a policy may name."""

    def __init__(self, manifest: Manifest, before: Manifest | None, world: World) -> None:
        names = world.by_name.get(("Namespace", manifest.ref.namespace), ())
        request = {"operation": "UPDATE" if before else "CREATE", "namespace": manifest.ref.namespace}
        self._known: dict[str, Any] = {
            "object": kept(manifest, world),
            "oldObject": kept(before, world) if before else None,
            "request": request | {"name": manifest.ref.name},
            "namespaceObject": names[0].body if names else None,
            "variables": {},
        }

    def ask(self, text: str) -> object:
        """The value of an expression."""
        return program(text)(self._known)

    def add(self, name: str, text: str) -> None:
        """A variable of the policy, which the server would reckon only when it is asked for."""
        try:
            self._known["variables"] |= {name: self.ask(text)}
        except CelError:
            return  # whoever names it fails


@lru_cache(maxsize=1024)
def program(text: str) -> Program:
    """One program for all objects."""
    return Program(text, NAMES)


def kept(manifest: Manifest, world: World) -> dict[str, Any]:
    """An object as the API server shows it to a policy: with its defaults."""
    made: dict[str, Any] = filled(manifest.body, shape_of(manifest.body, world.kubernetes, world.verdicts.crds))
    return made


def filled(value: Any, shape: Shape) -> Any:  # noqa: ANN401 - any part of an object
    """A part with the defaults of its type."""
    if isinstance(value, list):
        return [filled(one, shape.entries) for one in value]
    if not isinstance(value, dict):
        return value
    more: Mapping[str, Any] = defaults_of(shape.short, value) if shape.short else {}
    more = {**more, **UNWRITTEN.get(shape.short, {})}
    said = {key: one for key, one in value.items() if one is not None}
    whole = {**{key: one for key, one in more.items() if one is not None}, **said}
    return {key: filled(one, shape.field(key)) for key, one in whole.items()}
