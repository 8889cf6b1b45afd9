"""Starting a cluster's controllers in a lab: certificate, processes, then the webhooks that lead to them."""

from __future__ import annotations

import base64
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from bayplan import atomic_file
from bayplan.lab.api import Refused
from bayplan.lab.certificate import make_certificates
from bayplan.lab.operators.keda import HOST as EXTERNAL_METRICS
from bayplan.lab.operators.table import KUEUE_AUTHORITY, KUEUE_NAMESPACE, KUEUE_SERVICE, OPERATORS
from bayplan.lab.port import LOOPBACK
from bayplan.lab.wait import NotYet, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from bayplan.lab.api import Api, Body
    from bayplan.lab.control_plane import Program
    from bayplan.lab.layout import Layout
    from bayplan.lab.operators.operator import Operator
    from bayplan.lab.parts import Parts

CONVERTS = "CustomResourceDefinition"


def runnable(parts: Parts, controllers: Iterable[str], tell: Callable[[str, str], None]) -> tuple[str, ...]:
    """Those of these controllers that are built; tells of those that a lab could run and that are not."""
    declared = set(controllers)
    found = {one.process: _why(parts, one) for one in OPERATORS if one.controller in declared}
    for name, why in found.items():
        if why:
            tell("absent", f"{name}: nobody acts on its objects; {why.splitlines()[-1]}")
    return tuple(name for name, why in found.items() if not why)


def start_operators(
    layout: Layout, parts: Parts, api: Api, start: Callable[[Program], None], ready: Callable[[Program], None]
) -> None:
    """Start the controllers of a lab together, wait for each, and let their webhooks take part."""
    chosen = [one for one in OPERATORS if one.process in layout.operators]
    if not chosen:
        return
    for namespace in sorted({one.namespace for one in chosen} - {""}):
        api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    authority = _write_certificates(layout.path / "operators" / "certificates", api, chosen)
    bodies = [
        _here(body, one, layout, authority) for one in chosen if one.installs for body in parts.install(one.controller)
    ]
    for crd in (body for body in bodies if body["kind"] == CONVERTS):
        api.patch(crd["apiVersion"], CONVERTS, crd["metadata"]["name"], None, {"spec": crd["spec"]})
    programs = [one.program(layout, parts) for one in chosen]
    for program in programs:
        start(program)
    for program in programs:
        ready(program)
    for one in chosen:
        one.once_up(api, layout, authority)
    for body in bodies:
        if body["kind"] != CONVERTS:
            _apply(api, body)


def _why(parts: Parts, operator: Operator) -> str:
    installed = parts.why_not_installed(operator.controller) if operator.installs else ""
    return parts.why_missing(operator.binary) or installed or operator.why_not(parts)


def _apply(api: Api, body: Body) -> None:
    """Apply an object that a webhook may have to let in: the API server takes a moment to learn of it."""

    def apply() -> None:
        try:
            api.apply(body)
        except Refused as refused:
            if refused.status not in {404, 500}:
                raise
            raise NotYet(str(refused)) from refused

    wait_for(f"{body['kind']} {body['metadata']['name']} to be taken", apply, within_s=30)


def _write_certificates(folder: Path, api: Api, chosen: Iterable[Operator]) -> str:
    """One certificate for all webhooks, and Secrets with it; returns the authority's, as webhooks want it."""
    names = (f"{KUEUE_SERVICE}.{KUEUE_NAMESPACE}.svc", EXTERNAL_METRICS)
    made = make_certificates(*names, authority=KUEUE_AUTHORITY)
    files = {
        "ca.crt": made.authority,
        "ca.key": made.authority_key,
        "tls.crt": made.certificate,
        "tls.key": made.key,
    }
    for name, text in files.items():
        atomic_file.write(folder / name, text)
    for one in chosen:
        if one.secret:
            about = {"name": one.secret, "namespace": one.namespace}
            api.apply({"apiVersion": "v1", "kind": "Secret", "metadata": about, "stringData": files})
    return base64.b64encode(made.authority.encode()).decode()


def _here(body: Body, operator: Operator, layout: Layout, authority: str) -> Body:
    """The same object, with each webhook of it on loopback instead of behind a Service."""
    changed = deepcopy(body)
    _redirect(changed, f"https://{LOOPBACK}:{layout.ports[f'{operator.process}-webhook']}", authority)
    if operator.guards_all:
        for webhook in changed["webhooks"]:
            webhook.pop("namespaceSelector", None)
    return changed


def _redirect(value: Any, address: str, authority: str) -> None:
    if isinstance(value, list):
        for one in value:
            _redirect(one, address, authority)
    elif isinstance(value, dict):
        if isinstance(service := value.get("service"), dict) and "path" in service:
            del value["service"]
            value |= {"url": f"{address}{service['path']}", "caBundle": authority}
        for one in value.values():
            _redirect(one, address, authority)
