"""Which checks a level has in which version of Kubernetes, and what they find in a pod."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.pod_security import baseline, restricted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bayplan.validation.pod_security.subject import Offence, Subject

    Find = Callable[[Subject], Iterator[Offence]]

LATEST = 37
"""Minor of the newest version whose checks are known here: later ones count as this."""
LEVELS = ("privileged", "baseline", "restricted")
"""From the loosest to the strictest."""


class Check(NamedTuple):
    """A check with the versions that change it."""

    name: str
    """As Kubernetes calls it."""
    versions: tuple[tuple[int, Find], ...]
    """Minor from which on a function does it."""
    instead_of: str = ""
    """Check of level baseline that it takes the place of."""


BASELINE = (
    Check("appArmorProfile", ((0, baseline.app_armor),)),
    Check("capabilities_baseline", ((0, baseline.capabilities),)),
    Check("hostNamespaces", ((0, baseline.host_namespaces),)),
    Check("hostPathVolumes", ((0, baseline.host_paths),)),
    Check("hostPorts", ((0, baseline.host_ports),)),
    Check("hostProbesAndHostLifecycle", ((34, baseline.host_probes),)),
    Check("privileged", ((0, baseline.privileged),)),
    Check("procMount", ((0, baseline.proc_mount), (35, baseline.proc_mount_1_35))),
    Check("seLinuxOptions", ((0, baseline.selinux), (31, baseline.selinux_1_31))),
    Check("seccompProfile_baseline", ((19, baseline.seccomp),)),
    Check(
        "sysctls",
        (
            (0, partial(baseline.sysctls, allowed=baseline.SYSCTLS)),
            (27, partial(baseline.sysctls, allowed=baseline.SYSCTLS_1_27)),
            (29, partial(baseline.sysctls, allowed=baseline.SYSCTLS_1_29)),
            (32, partial(baseline.sysctls, allowed=baseline.SYSCTLS_1_32)),
            (37, partial(baseline.sysctls, allowed=baseline.SYSCTLS_1_37)),
        ),
    ),
    Check("windowsHostProcess", ((0, baseline.host_process),)),
)
RESTRICTED = (
    Check("allowPrivilegeEscalation", ((8, restricted.privilege_escalation),)),
    Check("capabilities_restricted", ((22, restricted.capabilities),), "capabilities_baseline"),
    Check("procMount_restricted", ((35, baseline.proc_mount),), "procMount"),
    Check("restrictedVolumes", ((0, restricted.volumes),), "hostPathVolumes"),
    Check("runAsNonRoot", ((0, restricted.non_root), (35, restricted.non_root_1_35))),
    Check("runAsUser", ((23, restricted.user), (35, restricted.user_1_35))),
    Check("seccompProfile_restricted", ((19, restricted.seccomp),), "seccompProfile_baseline"),
)


def offences(subject: Subject, level: str, minor: int = LATEST) -> Iterator[tuple[str, list[Offence]]]:
    """Name of every check that a pod fails at a level, with the places that fail it."""
    for name, find in checks(level, min(minor, LATEST)):
        if found := list(find(subject)):
            yield name, found


@cache
def checks(level: str, minor: int) -> tuple[tuple[str, Find], ...]:
    """The checks of a level as they are in a version."""
    if level not in LEVELS[1:]:
        return ()
    loose = _as_of(minor, BASELINE)
    if level == "baseline":
        return tuple((one.name, find) for one, find in loose)
    strict = _as_of(minor, RESTRICTED)
    replaced = {one.instead_of for one, _ in strict}
    return tuple((one.name, find) for one, find in (*loose, *strict) if one.name not in replaced)


def _as_of(minor: int, all_checks: Iterable[Check]) -> list[tuple[Check, Find]]:
    found = []
    for check in all_checks:
        known = [find for since, find in check.versions if since <= minor]
        if known:
            found.append((check, known[-1]))
    return found
