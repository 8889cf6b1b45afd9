"""A host of the outside world for one person, by the token that says who she is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.api_object import Part
from bayplan.render.labels import labels, selector
from bayplan.render.traits.access import TRUST_DOMAIN
from bayplan.render.traits.expose import SERVICE_PORT, Expose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs import Construct

    from bayplan.render.api_object import Body
    from bayplan.render.site import Route, Site
    from bayplan.spec.cluster import Mesh
    from bayplan.spec.traits.sign_in import SignIn as Spec


class SignIn(Part):
    """A Service behind the gateway, and the rules that let one person through: whose token is signed, and says her.

    RequestAuthentication refuses bad tokens only: a request without any is refused by the AuthorizationPolicy.
    Source: <https://istio.io/latest/docs/tasks/security/authorization/authz-jwt/>
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "SignIn",  # noqa: A002 - as all constructs name it
        *,
        name: str,
        site: Site,
        mesh: Mesh,
        port: int,
        owner: str,
        sign_in: Spec,
        route: Route,
        origin: str = "",
    ) -> None:
        bodies = _objects(name=name, site=site, mesh=mesh, port=port, owner=owner, sign_in=sign_in)
        super().__init__(scope, id, bodies=bodies, origin=origin)
        Expose(self, name=name, site=site, host=sign_in.host, routes=[route], origin=origin)


def _objects(*, name: str, site: Site, mesh: Mesh, port: int, owner: str, sign_in: Spec) -> Iterator[Body]:
    chosen = {"selector": {"matchLabels": selector(name)}}
    specs: dict[tuple[str, str, str], Body] = {
        ("v1", "Service", name): _service(name, port),
        ("security.istio.io/v1", "RequestAuthentication", name): {**chosen, "jwtRules": [_token(sign_in)]},
        # those of Access let nobody in; policies that allow add up
        ("security.istio.io/v1", "AuthorizationPolicy", f"{name}.owner"): {
            **chosen,
            "action": "ALLOW",
            "rules": [_owner(mesh, port, owner, sign_in)],
        },
        ("networking.k8s.io/v1", "NetworkPolicy", f"{name}.owner"): {
            "podSelector": {"matchLabels": selector(name)},
            "policyTypes": ["Ingress"],
            "ingress": [_from_gateway(mesh, port)],
        },
    }
    for (version, kind, called), spec in specs.items():
        metadata = {"name": called, "namespace": site.app, "labels": labels(site, name)}
        yield {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def _service(name: str, port: int) -> Body:
    one = {"name": "http", "port": SERVICE_PORT, "targetPort": port, "protocol": "TCP", "appProtocol": "http"}
    return {"selector": selector(name), "ports": [one]}


def _token(sign_in: Spec) -> Body:
    header = None if sign_in.header == "Authorization" else [{"name": sign_in.header}]
    return {"issuer": sign_in.issuer, "jwksUri": sign_in.keys, "fromHeaders": header}


def _owner(mesh: Mesh, port: int, owner: str, sign_in: Spec) -> Body:
    gateway = f"{TRUST_DOMAIN}/ns/{mesh.gateway_namespace}/sa/{mesh.gateway_account}"
    return {
        "from": [{"source": {"principals": [gateway], "requestPrincipals": [f"{sign_in.issuer}/*"]}}],
        "to": [{"operation": {"ports": [str(port)]}}],
        "when": [{"key": "request.auth.claims[email]", "values": [owner]}],
    }


def _from_gateway(mesh: Mesh, port: int) -> Body:
    namespace = {"matchLabels": {"kubernetes.io/metadata.name": mesh.gateway_namespace}}
    pods = {"namespaceSelector": namespace, "podSelector": {"matchLabels": dict(mesh.gateway_labels)}}
    return {"from": [pods], "ports": [{"protocol": "TCP", "port": port}]}
