"""Whether pods take calls in the clear, by mutual TLS, or both: the PeerAuthentication that holds for them.

Source: <https://istio.io/latest/docs/reference/config/security/peer_authentication/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import mapping_at, text_at
from bayplan.validation.mesh.kinds import PEER_AUTHENTICATION
from bayplan.validation.mesh.policies import labels_of

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.mesh.workloads import Workload
    from bayplan.validation.world import World

PERMISSIVE, STRICT, PLAIN = "PERMISSIVE", "STRICT", "DISABLE"


class Mode(NamedTuple):
    """What holds on a port of some pods."""

    name: str
    policy: Manifest | None
    """Which says so; None for Istio's default."""


def mode_of(workload: Workload, port: int | None, world: World) -> Mode:
    """The mode on a port: of the port, of the workload, of the namespace, of the mesh; the first that is said."""
    mesh = world.mesh
    own = mesh.policies_in.get((PEER_AUTHENTICATION, workload.namespace), ())
    top = mesh.policies_in.get((PEER_AUTHENTICATION, mesh.root), ())
    for policy in own if workload.namespace != mesh.root else ():
        labels = labels_of(policy)
        if labels and all(workload.carries(*pair) for pair in labels.items()):
            ports = mapping_at(policy.body, "spec", "portLevelMtls")
            said = next((text_at(one, "mode") for key, one in ports.items() if str(key) == str(port)), "")
            said = said if said and said != "UNSET" else text_at(policy.body, "spec", "mtls", "mode")
            if said and said != "UNSET":
                return Mode(said, policy)
            break
    for policies in (own, top):
        for policy in policies:
            said = text_at(policy.body, "spec", "mtls", "mode")
            if not labels_of(policy) and said and said != "UNSET":
                return Mode(said, policy)
    return Mode(PERMISSIVE, None)


def is_demanded(world: World) -> bool:
    """Whether some PeerAuthentication takes mutual TLS alone."""
    policies = world.by_kind.get(PEER_AUTHENTICATION, ())
    modes = [mapping_at(one.body, "spec", "mtls") for one in policies]
    modes += [each for one in policies for each in mapping_at(one.body, "spec", "portLevelMtls").values()]
    return any(text_at(mode, "mode") == STRICT for mode in modes)
