"""Pods that run on with what they have read: ConfigMaps, Secrets and ServiceAccounts that change under them.

Environment variables and single files (`subPath`) are read when a container starts; the files of a whole volume follow
within about a minute, and few programs look again. What a webhook puts into a pod for its ServiceAccount comes when the
pod is made. No template has changed, so no controller makes pods anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.review.effects.effect import effect
from bayplan.review.effects.rollout_change import counted, number
from bayplan.review.review import Effect, Topic, Weight
from bayplan.validation.changes import is_left_alone
from bayplan.validation.fields import mapping_at, text_at, value_at
from bayplan.validation.kinds import kind_of
from bayplan.validation.settings_changes import STAYING_KINDS, SettingsChange, changed_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.review.comparison import Comparison, Pair

SOURCES = ("ConfigMap", "Secret")
RESTARTED = frozenset({"DaemonSet.apps", "Deployment.apps", "StatefulSet.apps"})
"""Kinds that `kubectl rollout restart` knows."""
HASH = "Put a hash of the settings into their name or into an annotation of the pod template"
IDENTITIES = ("eks.amazonaws.com/role-arn", "azure.workload.identity/client-id")
"""Annotations of ServiceAccounts that a webhook turns into variables of new pods."""


def effects(comparison: Comparison) -> Iterator[Effect]:
    """Every workload that reads what has changed and is not made anew."""
    spaces = {one.after.ref.namespace for one in comparison.changed if kind_of(one.after) in SOURCES}
    for namespace in sorted(spaces):
        owners = {id(pod.owner): pod.owner for pod in comparison.head.pods.in_namespace(namespace)}
        for owner in owners.values():
            if kind_of(owner) in STAYING_KINDS:
                yield from of_workload(comparison, owner)
    for pair in comparison.changed:
        if kind_of(pair.after) == "ServiceAccount" and not is_left_alone(pair.after):
            yield from of_account(comparison, pair)


def of_workload(comparison: Comparison, owner: Manifest) -> Iterator[Effect]:
    """What one workload does not read again: one effect for what is read once, one for files that follow."""
    changes = [*changed_settings(owner, comparison.head)]
    count = number(comparison.base, comparison.before(owner) or owner)
    if count.most == 0:
        return
    for is_file in (False, True):
        mine = [one for one in changes if one.is_file is is_file]
        if mine:
            yield of_files(comparison, owner, mine) if is_file else of_start(comparison, owner, mine)


def of_start(comparison: Comparison, owner: Manifest, changes: list[SettingsChange]) -> Effect:
    """Settings that are read when a container starts."""
    pods = counted(number(comparison.head, owner))
    runs = "runs" if pods == "1 pod" else "run"
    return effect(
        comparison.head,
        owner,
        "pods-keep-old-settings",
        topic=Topic.ROLLOUT,
        weight=Weight.ATTENTION,
        says=f"is not restarted: {pods} {runs} on with the old values until somebody restarts {them(pods)}",
        pointer=changes[0].pointer,
        why=f"{whats(changes)} changes, and is read only when a container starts",
        fix=f"{HASH}{by_hand(owner)}",
        doubt=doubt_of(changes),
    )


def of_files(comparison: Comparison, owner: Manifest, changes: list[SettingsChange]) -> Effect:
    """Files of a volume that is mounted whole."""
    return effect(
        comparison.head,
        owner,
        "files-change-in-place",
        topic=Topic.ROLLOUT,
        weight=Weight.NOTE,
        says="is not restarted: the files in its pods follow within about a minute, and its program may not look again",
        pointer=changes[0].pointer,
        why=f"{whats(changes)} changes, and is mounted as files",
        fix=f"{HASH}, unless the program watches its files{by_hand(owner)}",
        doubt=doubt_of(changes),
    )


def them(pods: str) -> str:
    """The pods again."""
    return "it" if pods == "1 pod" else "them"


def whats(changes: list[SettingsChange]) -> str:
    """What has changed, each once."""
    return ", ".join(dict.fromkeys(one.what for one in changes))


def doubt_of(changes: list[SettingsChange]) -> str:
    """Why nothing may have changed: "" where any change is sure."""
    return "" if any(not one.doubt for one in changes) else changes[0].doubt


def by_hand(owner: Manifest) -> str:
    """How a person restarts it."""
    if kind_of(owner) not in RESTARTED:
        return ""
    space = f" -n {owner.ref.namespace}" if owner.ref.namespace else ""
    return f"; now and once: kubectl rollout restart {owner.ref.kind.lower()}/{owner.ref.name}{space}"


def of_account(comparison: Comparison, pair: Pair) -> Iterator[Effect]:
    """Identities and pull secrets that only new pods get."""
    what = changed_of_account(pair)
    users = {
        id(pod.owner): pod.owner
        for pod in comparison.head.pods.in_namespace(pair.after.ref.namespace)
        if (text_at(pod.spec, "serviceAccountName") or "default") == pair.after.ref.name
        and kind_of(pod.owner) in STAYING_KINDS
    }
    if what and users:
        names = ", ".join(sorted(one.ref.name for one in users.values())[:3]) + (" and more" if len(users) > 3 else "")
        yield effect(
            comparison.head,
            pair.after,
            "pods-keep-old-settings",
            topic=Topic.ROLLOUT,
            weight=Weight.ATTENTION,
            says=f"gives {what} to new pods only: those of {names} run on with what they have",
            pointer="/metadata/annotations" if "/" in what else f"/{what}",
            why=f"{what} changes, and is read when a pod is made",
            fix="Restart the workloads that run as it",
            doubt=comparison.base.draft_of(pair.before),
        )


def changed_of_account(pair: Pair) -> str:
    """The first thing that has changed and that pods get when they are made."""
    for name in IDENTITIES:
        was, now = (mapping_at(one.body, "metadata", "annotations").get(name) for one in (pair.before, pair.after))
        if was != now:
            return name
    for key in ("imagePullSecrets", "automountServiceAccountToken"):
        if value_at(pair.before.body, key) != value_at(pair.after.body, key):
            return key
    return ""
