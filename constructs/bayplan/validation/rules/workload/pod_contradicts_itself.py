"""Two settings of a pod exclude each other.

The API server refuses the pod, and the object that holds its template: on the network of the node a port of the
container is the port of the node; a container that is privileged can always raise its privileges; a namespace of users
of its own goes with no namespace of the node; a pod without cluster DNS names its servers. Decide for one of the two.

Source: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mapping_at, mappings_at, text_at, value_at, whole_at, words_at
from bayplan.validation.finding import Severity
from bayplan.validation.pods import POD_KINDS
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.pod import Container, Pod
    from bayplan.validation.world import World

BAD = """
apiVersion: v1
kind: Pod
metadata: {name: chat, namespace: chat}
spec:
  containers:
    - name: chat
      image: registry.example.com/chat@sha256:0
      securityContext: {privileged: true, allowPrivilegeEscalation: false}
"""
GOOD = BAD.replace("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true")
IPC = ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")
MOST_SERVERS, MOST_SEARCHES = 3, 32


@rule("WRK012", severity=Severity.SYNC, rows=("W3",), kinds=POD_KINDS, fix="decide for one of the two settings")
def pod_contradicts_itself(workload: Manifest, world: World) -> Iterator[Hit]:
    """Compare settings of the pod with each other, and with those of its containers."""
    for pod in world.pods.made_by(workload):
        yield from of_pod(pod)
        for container in pod.containers:
            if pod.spec.get("hostNetwork") is True and container.role == "container":
                yield from of_node_ports(container)
            if pod.spec.get("restartPolicy") == "Never" and "resizePolicy" in container.body:
                yield from of_resizing(container)
            if "securityContext" in container.body:
                yield from of_privileges(container, has_own_users=pod.spec.get("hostUsers") is False)


def of_pod(pod: Pod) -> Iterator[Hit]:
    """Settings of the pod as a whole."""
    spec, where = pod.spec, pod.pointer
    if "dnsPolicy" in spec or "dnsConfig" in spec:
        yield from of_dns(spec, where)
    if spec.get("hostPID") is True and spec.get("shareProcessNamespace") is True:
        yield Hit(f"{where}/shareProcessNamespace", "shares the processes of the node already (hostPID)")
    if spec.get("hostUsers") is False:
        yield from of_own_users(pod)
    if "hostnameOverride" in spec and (spec.get("hostNetwork") is True or spec.get("setHostnameAsFQDN") is True):
        yield Hit(f"{where}/hostnameOverride", "gives a name to a pod that takes it from its node or its domain")
    if "resources" in spec and value_at(spec, "resources", "claims") is not None:
        yield Hit(f"{where}/resources/claims", "the pod as a whole uses no claims of devices, only its containers do")
    if spec.get("ephemeralContainers"):
        yield Hit(f"{where}/ephemeralContainers", "only a pod that runs is given ephemeral containers: kubectl debug")
    if "securityContext" in spec:
        yield from of_kernel(spec, where)
    if "os" in spec:
        yield from {"linux": of_linux, "windows": of_windows}.get(text_at(spec, "os", "name"), nothing)(pod)


def of_dns(spec: dict[str, Any], where: str) -> Iterator[Hit]:
    """Servers and searches."""
    servers, searches = words_at(spec, "dnsConfig", "nameservers"), words_at(spec, "dnsConfig", "searches")
    if text_at(spec, "dnsPolicy") == "None" and not servers:
        yield Hit(f"{where}/dnsPolicy", "is None, and dnsConfig names no server")
    if len(servers) > MOST_SERVERS:
        yield Hit(f"{where}/dnsConfig/nameservers", f"has {len(servers)} servers; {MOST_SERVERS} is the most")
    if len(searches) > MOST_SEARCHES:
        yield Hit(f"{where}/dnsConfig/searches", f"has {len(searches)} searches; {MOST_SEARCHES} is the most")


def of_own_users(pod: Pod) -> Iterator[Hit]:
    """What a pod with users of its own may not share with the node."""
    for field in ("hostPID", "hostIPC"):
        if pod.spec.get(field) is True:
            yield Hit(f"{pod.pointer}/{field}", f"{field} is not for a pod with users of its own (hostUsers: false)")
    for container in pod.containers:
        if mappings_at(container.body, "volumeDevices"):
            message = f"container {container.name} has devices, and users of its own (hostUsers: false)"
            yield Hit(f"{container.pointer}/volumeDevices", message)


def nothing(_: Pod) -> Iterator[Hit]:
    """What is to say of a system that is not written."""
    yield from ()


def of_linux(pod: Pod) -> Iterator[Hit]:
    """Options that only Windows knows."""
    contexts = [(pod.spec, pod.pointer), *((one.body, one.pointer) for one in pod.containers)]
    for body, where in contexts:
        if value_at(body, "securityContext", "windowsOptions") is not None:
            yield Hit(f"{where}/securityContext/windowsOptions", "windowsOptions is not for Linux")


def of_windows(pod: Pod) -> Iterator[Hit]:
    """Fields that only Linux knows."""
    for field in ("hostPID", "hostIPC", "shareProcessNamespace", "hostUsers", "resources"):
        if pod.spec.get(field) not in (None, False):
            yield Hit(f"{pod.pointer}/{field}", f"{field} is not for Windows")
    for field in ("runAsUser", "runAsGroup", "fsGroup", "seccompProfile", "seLinuxOptions", "supplementalGroups"):
        if value_at(pod.spec, "securityContext", field) is not None:
            yield Hit(f"{pod.pointer}/securityContext/{field}", f"{field} is not for Windows")


def of_node_ports(container: Container) -> Iterator[Hit]:
    """Ports of a container on the network of the node."""
    for index, port in mappings_at(container.body, "ports"):
        of_node, own = whole_at(port, "hostPort"), whole_at(port, "containerPort")
        if of_node and own and of_node != own:
            where = f"{container.pointer}/ports/{index}/hostPort"
            yield Hit(where, f"is {of_node}, and the container's {own}: on the node's network both are one")


def of_kernel(spec: dict[str, Any], where: str) -> Iterator[Hit]:
    """Settings of the kernel that belong to the node where the pod shares its network or its memory."""
    yield from of_profiles(mapping_at(spec, "securityContext"), "the pod", f"{where}/securityContext")
    seen: set[str] = set()
    for index, one in mappings_at(spec, "securityContext", "sysctls"):
        name = text_at(one, "name").replace("/", ".")
        if name in seen:
            yield Hit(f"{where}/securityContext/sysctls/{index}/name", f"sets {name} twice")
        seen |= {name} - {""}
        for field, prefixes in (("hostNetwork", ("net.",)), ("hostIPC", IPC)):
            if spec.get(field) is True and name.startswith(prefixes):
                message = f"sets {name}, which is the node's own with {field}"
                yield Hit(f"{where}/securityContext/sysctls/{index}/name", message)


def of_profiles(context: dict[str, Any], who: str, where: str) -> Iterator[Hit]:
    """A profile on the node has a name, and no other has one."""
    for field in ("seccompProfile", "appArmorProfile"):
        profile = mapping_at(context, field) if field in context else {}
        name = profile.get("localhostProfile")
        if profile and (not name if profile.get("type") == "Localhost" else name is not None):
            message = f"{field} of {who}: localhostProfile goes with the type Localhost, and with no other"
            yield Hit(f"{where}/{field}", message)


def of_resizing(container: Container) -> Iterator[Hit]:
    """A container that never restarts does not restart to be resized either."""
    for index, one in mappings_at(container.body, "resizePolicy"):
        if one.get("restartPolicy") == "RestartContainer":
            where = f"{container.pointer}/resizePolicy/{index}/restartPolicy"
            yield Hit(where, f"container {container.name} restarts to be resized, in a pod that restarts Never")


def of_privileges(container: Container, *, has_own_users: bool) -> Iterator[Hit]:
    """Privileges that are given and forbidden."""
    context = mapping_at(container.body, "securityContext")
    yield from of_profiles(context, f"container {container.name}", f"{container.pointer}/securityContext")
    if context.get("procMount") == "Unmasked" and not has_own_users:
        message = (
            f"container {container.name} sees all of /proc: that is for pods with users of its own (hostUsers: false)"
        )
        yield Hit(f"{container.pointer}/securityContext/procMount", message)
    if context.get("allowPrivilegeEscalation") is not False:
        return
    where = f"{container.pointer}/securityContext/allowPrivilegeEscalation"
    if context.get("privileged") is True:
        yield Hit(where, f"is false, and container {container.name} is privileged")
    elif "CAP_SYS_ADMIN" in words_at(context, "capabilities", "add"):
        yield Hit(where, f"is false, and container {container.name} adds CAP_SYS_ADMIN")
