"""The checks of level baseline: what gives a pod more than its own box.

Each yields the places that offend. Source: `policy/` of <https://pkg.go.dev/k8s.io/pod-security-admission>.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.fields import mapping_at, mappings_at, text_at, value_at, whole_at, words_at
from bayplan.validation.pod_security.subject import Offence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.validation.pod_security.subject import Part, Subject

APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
CAPABILITIES = frozenset(
    [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ]
)
"""Those that a container runtime gives by default."""
PROFILES = frozenset({"RuntimeDefault", "Localhost"})
SELINUX = frozenset({"", "container_t", "container_init_t", "container_kvm_t"})
SELINUX_1_31 = SELINUX | {"container_engine_t"}
SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_syncookies",
    }
)
SYSCTLS_1_27 = SYSCTLS | {"net.ipv4.ip_local_reserved_ports"}
SYSCTLS_1_29 = SYSCTLS_1_27 | {
    f"net.ipv4.tcp_{name}" for name in ("keepalive_time", "fin_timeout", "keepalive_intvl", "keepalive_probes")
}
SYSCTLS_1_32 = SYSCTLS_1_29 | {"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"}
SYSCTLS_1_37 = SYSCTLS_1_32 | {"net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"}
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def everybody(subject: Subject) -> tuple[Part, ...]:
    """The pod and its containers: whoever may have a securityContext."""
    return (subject.pod, *subject.containers)


def app_armor(subject: Subject) -> Iterator[Offence]:
    """AppArmor may not be switched off."""
    for part in everybody(subject):
        profile = part.context.get("appArmorProfile")
        if isinstance(profile, dict) and (kind := text_at(profile, "type")) not in PROFILES:
            yield Offence(f"{part.pointer}/securityContext/appArmorProfile", f"{part.title} has AppArmor {kind}")
    for key, value in subject.annotations.items():
        if key.startswith(APP_ARMOR) and value not in {"", "runtime/default"} and not value.startswith("localhost/"):
            yield Offence(subject.pointer, f"the annotation {key} is {value}")


def capabilities(subject: Subject) -> Iterator[Offence]:
    """No capabilities but those of the runtime's default may be added."""
    for part in subject.containers:
        added = [one for one in words_at(part.context, "capabilities", "add") if one not in CAPABILITIES]
        if added:
            yield Offence(f"{part.pointer}/securityContext/capabilities/add", f"{part.title} adds {', '.join(added)}")


def host_namespaces(subject: Subject) -> Iterator[Offence]:
    """The namespaces of the node are not for pods."""
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if subject.spec.get(key) is True:
            yield Offence(f"{subject.pointer}/{key}", f"{key} is true")


def host_paths(subject: Subject) -> Iterator[Offence]:
    """The files of the node are not for pods."""
    for index, volume in mappings_at(subject.spec, "volumes"):
        if isinstance(volume.get("hostPath"), dict):
            yield Offence(f"{subject.pointer}/volumes/{index}/hostPath", f"volume {volume.get('name')} is a hostPath")


def host_ports(subject: Subject) -> Iterator[Offence]:
    """The ports of the node are not for pods."""
    for part in subject.containers:
        for index, port in mappings_at(part.body, "ports"):
            if number := whole_at(port, "hostPort"):
                yield Offence(f"{part.pointer}/ports/{index}/hostPort", f"{part.title} has hostPort {number}")


def host_probes(subject: Subject) -> Iterator[Offence]:
    """Probes and hooks may only ask the pod itself."""
    for part in subject.containers:
        asked = [(name,) for name in PROBES] + [("lifecycle", name) for name in ("postStart", "preStop")]
        for path in asked:
            for how in ("httpGet", "tcpSocket"):
                if host := text_at(part.body, *path, how, "host"):
                    where = "/".join((part.pointer, *path, how, "host"))
                    yield Offence(where, f"{part.title} asks the host {host} in {path[-1]}")


def privileged(subject: Subject) -> Iterator[Offence]:
    """A privileged container is root on the node."""
    for part in subject.containers:
        if part.context.get("privileged") is True:
            yield Offence(f"{part.pointer}/securityContext/privileged", f"{part.title} is privileged")


def proc_mount(subject: Subject) -> Iterator[Offence]:
    """What the runtime hides of /proc stays hidden."""
    for part in subject.containers:
        mount = part.context.get("procMount")
        if isinstance(mount, str) and mount != "Default":
            yield Offence(f"{part.pointer}/securityContext/procMount", f"{part.title} has procMount {mount}")


def proc_mount_1_35(subject: Subject) -> Iterator[Offence]:
    """With users of its own a pod may see all of /proc."""
    if not subject.has_own_users:
        yield from proc_mount(subject)


def seccomp(subject: Subject) -> Iterator[Offence]:
    """Seccomp may not be switched off."""
    for part in everybody(subject):
        profile = part.context.get("seccompProfile")
        if isinstance(profile, dict) and (kind := text_at(profile, "type")) not in PROFILES:
            yield Offence(f"{part.pointer}/securityContext/seccompProfile", f"{part.title} has seccomp {kind}")


def selinux(subject: Subject) -> Iterator[Offence]:
    """SELinux types of Kubernetes' first versions."""
    yield from _selinux(subject, SELINUX)


def selinux_1_31(subject: Subject) -> Iterator[Offence]:
    """SELinux types from 1.31 on."""
    yield from _selinux(subject, SELINUX_1_31)


def _selinux(subject: Subject, allowed: frozenset[str]) -> Iterator[Offence]:
    for part in everybody(subject):
        options = mapping_at(part.context, "seLinuxOptions")
        wrong = [key for key in ("user", "role") if text_at(options, key)]
        wrong += ["type"] if text_at(options, "type") not in allowed else []
        for key in wrong:
            where = f"{part.pointer}/securityContext/seLinuxOptions/{key}"
            yield Offence(where, f"{part.title} sets the SELinux {key} {options[key]}")


def sysctls(subject: Subject, allowed: frozenset[str]) -> Iterator[Offence]:
    """Kernel settings that are not known to stay inside of the pod."""
    context = value_at(subject.spec, "securityContext")
    for index, one in mappings_at(context, "sysctls"):
        if (name := text_at(one, "name")) not in allowed:
            yield Offence(f"{subject.pointer}/securityContext/sysctls/{index}", f"the pod sets sysctl {name}")


def host_process(subject: Subject) -> Iterator[Offence]:
    """A process of the Windows node itself."""
    for part in everybody(subject):
        if value_at(part.context, "windowsOptions", "hostProcess") is True:
            yield Offence(
                f"{part.pointer}/securityContext/windowsOptions/hostProcess", f"{part.title} is a hostProcess"
            )
