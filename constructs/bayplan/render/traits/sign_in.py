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
    metadata = {"name": name, "namespace": site.app, "labels": labels(site, name)}
    chosen = {"selector": {"matchLabels": selector(name)}}
    yield {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {
            "selector": selector(name),
            "ports": [
                {"name": "http", "port": SERVICE_PORT, "targetPort": port, "protocol": "TCP", "appProtocol": "http"}
            ],
        },
    }
    rule = {"issuer": sign_in.issuer, "jwksUri": sign_in.keys}
    if sign_in.header != "Authorization":
        rule["fromHeaders"] = [{"name": sign_in.header}]  # type: ignore[assignment]
    yield {
        "apiVersion": "security.istio.io/v1",
        "kind": "RequestAuthentication",
        "metadata": metadata,
        "spec": {**chosen, "jwtRules": [rule]},
    }
    gateway = f"{TRUST_DOMAIN}/ns/{mesh.gateway_namespace}/sa/{mesh.gateway_account}"
    yield {
        "apiVersion": "security.istio.io/v1",
        "kind": "AuthorizationPolicy",
        # that of Access lets nobody in; policies that allow add up
        "metadata": {**metadata, "name": f"{name}.owner"},
        "spec": {
            **chosen,
            "action": "ALLOW",
            "rules": [
                {
                    "from": [{"source": {"principals": [gateway], "requestPrincipals": [f"{sign_in.issuer}/*"]}}],
                    "to": [{"operation": {"ports": [str(port)]}}],
                    "when": [{"key": "request.auth.claims[email]", "values": [owner]}],
                }
            ],
        },
    }
    yield {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {**metadata, "name": f"{name}.owner"},
        "spec": {
            "podSelector": {"matchLabels": selector(name)},
            "policyTypes": ["Ingress"],
            "ingress": [
                {
                    "from": [
                        {
                            "namespaceSelector": {
                                "matchLabels": {"kubernetes.io/metadata.name": mesh.gateway_namespace}
                            },
                            "podSelector": {"matchLabels": dict(mesh.gateway_labels)},
                        }
                    ],
                    "ports": [{"protocol": "TCP", "port": port}],
                }
            ],
        },
    }
