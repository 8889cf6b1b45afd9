"""Where routes send what they take, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.backends import backends_of
from bayplan.validation.fields import text_at
from bayplan.validation.gateways import GATEWAY as API_GATEWAY
from bayplan.validation.hosts import full_name, service_behind
from bayplan.validation.kinds import kind_of
from bayplan.validation.mesh.kinds import GATEWAY, VIRTUAL_SERVICE
from bayplan.validation.routes import destinations_of

if TYPE_CHECKING:
    from bayplan.manifests.manifest import Manifest


def targets_of(route: Manifest) -> list[str]:
    """Everything that a route sends to."""
    kind = kind_of(route)
    if kind in (GATEWAY, API_GATEWAY):
        return []
    if kind == VIRTUAL_SERVICE:
        found = [destination(one.host, one.subset, route.ref.namespace) for one in destinations_of(route)]
    else:
        found = [str(one) for one in backends_of(route)]
    return list(dict.fromkeys(found))


def destination(host: str, subset: str, namespace: str) -> str:
    """`v2 of Service shop/web`; a host of the outside world as it is."""
    named = service_behind(full_name(host, namespace))
    words = f"Service {named[1]}/{named[0]}" if named else host
    return f"{subset} of {words}" if subset else words


def of_destination(item: dict[str, Any], namespace: str) -> str:
    """The same from an entry of `route` of a VirtualService, or of `backendRefs` of a route of the Gateway API."""
    aim = item.get("destination")
    if isinstance(aim, dict):
        return destination(text_at(aim, "host"), text_at(aim, "subset"), namespace)
    kind = text_at(item, "kind") or "Service"
    return f"{kind} {text_at(item, 'namespace') or namespace}/{text_at(item, 'name')}"
