"""The checks that level restricted adds: a pod must give up what it does not need.

Source: `policy/` of <https://pkg.go.dev/k8s.io/pod-security-admission>.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mappings_at, text_at, words_at
from bayplan.validation.pod_security.baseline import PROFILES, everybody
from bayplan.validation.pod_security.subject import Offence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.pod_security.subject import Subject

VOLUMES = frozenset(
    [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    ]
)


def privilege_escalation(subject: Subject) -> Iterator[Offence]:
    """No process may get more rights than its parent."""
    for part in () if subject.is_windows else subject.containers:
        if part.context.get("allowPrivilegeEscalation") is not False:
            where = f"{part.pointer}/securityContext/allowPrivilegeEscalation"
            yield Offence(where, f"{part.title} does not set allowPrivilegeEscalation to false")


def capabilities(subject: Subject) -> Iterator[Offence]:
    """All capabilities are dropped; one may be taken back."""
    for part in () if subject.is_windows else subject.containers:
        where = f"{part.pointer}/securityContext/capabilities"
        if "ALL" not in words_at(part.context, "capabilities", "drop"):
            yield Offence(f"{where}/drop", f"{part.title} does not drop ALL capabilities")
        added = [one for one in words_at(part.context, "capabilities", "add") if one != "NET_BIND_SERVICE"]
        if added:
            yield Offence(f"{where}/add", f"{part.title} adds {', '.join(added)}")


def volumes(subject: Subject) -> Iterator[Offence]:
    """Volumes of kinds that cannot reach outside."""
    for index, volume in mappings_at(subject.spec, "volumes"):
        kinds = sorted(key for key, value in volume.items() if isinstance(value, dict))
        # a volume that says no kind becomes an emptyDir
        if kinds and not VOLUMES & set(kinds):
            yield Offence(f"{subject.pointer}/volumes/{index}", f"volume {volume.get('name')} is a {kinds[0]}")


def non_root(subject: Subject) -> Iterator[Offence]:
    """The kubelet must be asked to refuse root."""
    asked = subject.pod.context.get("runAsNonRoot")
    for part in everybody(subject):
        said = part.context.get("runAsNonRoot")
        where = f"{part.pointer}/securityContext/runAsNonRoot"
        if said is False:
            yield Offence(where, f"{part.title} sets runAsNonRoot to false")
        elif said is not True and asked is not True and part is not subject.pod:
            yield Offence(where, f"neither the pod nor {part.title} sets runAsNonRoot to true")


def non_root_1_35(subject: Subject) -> Iterator[Offence]:
    """Root inside of a user namespace is nobody outside."""
    if not subject.has_own_users:
        yield from non_root(subject)


def user(subject: Subject) -> Iterator[Offence]:
    """Nobody may ask for root."""
    for part in everybody(subject):
        said = part.context.get("runAsUser")
        if said == 0 and not isinstance(said, bool):
            yield Offence(f"{part.pointer}/securityContext/runAsUser", f"{part.title} runs as user 0")


def user_1_35(subject: Subject) -> Iterator[Offence]:
    """Root inside of a user namespace is nobody outside."""
    if not subject.has_own_users:
        yield from user(subject)


def seccomp(subject: Subject) -> Iterator[Offence]:
    """A seccomp profile must be asked for."""
    if subject.is_windows:
        return
    asked = text_at(subject.pod.context, "seccompProfile", "type")
    for part in everybody(subject):
        profile = part.context.get("seccompProfile")
        where = f"{part.pointer}/securityContext/seccompProfile"
        if isinstance(profile, dict):
            if (kind := text_at(profile, "type")) not in PROFILES:
                yield Offence(where, f"{part.title} has seccomp {kind}")
        elif asked not in PROFILES and part is not subject.pod:
            yield Offence(where, f"neither the pod nor {part.title} has a seccompProfile")
