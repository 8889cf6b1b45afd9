"""Two webhooks inject the same pods.

The API server asks every webhook whose selectors match: with two of them a pod gets two proxies, or the second refuses
what the first has made. That happens when an old revision's webhook is left beside the new one. Let the selectors of
each take other namespaces or labels.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0139/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation import selectors
from bayplan.validation.fields import (
    mappings_at,
    text_at,
)
from bayplan.validation.finding import Severity
from bayplan.validation.mesh.injection import INJECT, INJECTION, REVISION
from bayplan.validation.mesh.kinds import MUTATING
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector}
webhooks:
  - name: sidecar-injector.istio.io
    clientConfig: {url: "https://istiod.example.com/inject"}
    sideEffects: None
    admissionReviewVersions: [v1]
    namespaceSelector: {matchLabels: {istio-injection: enabled}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector-old}
webhooks:
  - name: old.sidecar-injector.istio.io
    clientConfig: {url: "https://istiod-old.example.com/inject"}
    sideEffects: None
    admissionReviewVersions: [v1]
    namespaceSelector: {matchLabels: {istio-injection: enabled}}
"""
GOOD = BAD.replace(
    "{matchLabels: {istio-injection: enabled}}",
    "{matchLabels: {istio.io/rev: old}, matchExpressions: [{key: istio-injection, operator: DoesNotExist}]}",
    1,
)


@rule(
    "MSH051",
    severity=Severity.DOWN,
    rows=("I7", "R3"),
    kinds=(MUTATING,),
    fix="let the selectors of each webhook take other namespaces or labels",
)
def webhooks_inject_twice(configuration: Manifest, world: World) -> Iterator[Hit]:
    """Try the labels that people use on the webhooks of Istio: each must be taken by one at the most."""
    mine = list(injectors_of(configuration))
    if not mine:
        return
    all_hooks = [
        (one, index, hook)
        for one in world.by_kind.get(MUTATING, ())
        for index, hook in injectors_of(one)
        if one is configuration or world.mesh.are_together(one, configuration)
    ]
    known = revisions_in([hook for _, _, hook in all_hooks])
    for index, hook in mine:
        rivals = [one for one in all_hooks if (one[0], one[1]) != (configuration, index)]
        rival = next((other for other, _, body in rivals if overlap(hook, body, known)), None)
        if rival is not None:
            told = f"takes pods that a webhook of {rival.ref} takes too"
            yield Hit(pointer("webhooks", index), told, world.mesh.status_with(rival, configuration))


def injectors_of(configuration: Manifest) -> Iterator[tuple[int, dict[str, Any]]]:
    """The webhooks of Istio's injector."""
    for index, hook in mappings_at(configuration.body, "webhooks"):
        if text_at(hook, "name").endswith("istio.io"):
            yield index, hook


def revisions_in(hooks: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Every revision that some selector names."""
    found = set[str]()
    for hook in hooks:
        for key in ("namespaceSelector", "objectSelector"):
            selector = selectors.read(hook, key) or selectors.Selector()
            found |= {value for name, value in selector.labels if name == REVISION}
            found |= {value for one in selector.requirements if one.key == REVISION for value in one.values}
    return tuple(sorted(found))


def overlap(one: Mapping[str, Any], other: Mapping[str, Any], revisions: Sequence[str]) -> bool:
    """Whether some pod in some namespace is taken by both."""
    for namespace in label_sets(INJECTION, ("enabled", "disabled"), revisions):
        for pod in label_sets(INJECT, ("true", "false"), revisions):
            if all(
                takes(hook, "namespaceSelector", namespace) and takes(hook, "objectSelector", pod)
                for hook in (one, other)
            ):
                return True
    return False


def label_sets(key: str, values: Sequence[str], revisions: Sequence[str]) -> list[dict[str, str]]:
    """The labels that namespaces or pods may carry."""
    plain: list[dict[str, str]] = [{}, *({key: value} for value in values)]
    return [*plain, *({**labels, REVISION: revision} for revision in revisions for labels in plain)]


def takes(hook: Mapping[str, Any], key: str, labels: Mapping[str, str]) -> bool:
    """Whether a selector of a webhook takes labels; one that is not there takes all."""
    selector = selectors.read(hook, key)
    return selector is None or selector.admits(labels)
