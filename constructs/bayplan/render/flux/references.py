"""Which objects an object needs to be there before it can be applied or become ready: read from its body alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.ref import Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.render.api_object import Body

_BY_NAME = {
    "serviceAccountName": ("", "ServiceAccount"),
    "secretName": ("", "Secret"),
    "claimName": ("", "PersistentVolumeClaim"),
    "priorityClassName": ("scheduling.k8s.io", "PriorityClass"),
    "runtimeClassName": ("node.k8s.io", "RuntimeClass"),
}
"""Keys whose value is the name of an object, wherever they stand in a body."""
_BY_OBJECT = {
    "secretRef": ("", "Secret"),
    "secretKeyRef": ("", "Secret"),
    "configMap": ("", "ConfigMap"),
    "configMapRef": ("", "ConfigMap"),
    "configMapKeyRef": ("", "ConfigMap"),
}
"""Keys whose value has the name of an object under `name`."""
_TEMPLATES = ("TrainingRuntime",)
"""What is made from these names objects; they themselves name none, and may be there before them."""
_CLUSTER_SCOPED = {"PriorityClass", "RuntimeClass"}


def references(body: Body) -> Iterator[Ref]:
    """The objects that a body names.

    Identities (the callers in policies) are not among them: a policy is whole before its callers exist, and two apps
    that call each other would else wait for each other for ever.
    """
    namespace = Ref.of(body).namespace
    if namespace:
        yield Ref("", "Namespace", "", namespace)
    if body["kind"] in _TEMPLATES:
        return
    if body["kind"] == "TrainJob":
        runtime = body["spec"]["runtimeRef"]
        yield Ref(runtime["apiGroup"], runtime["kind"], namespace, runtime["name"])
    for key, value in _pairs(body):
        if key in _BY_NAME or key in _BY_OBJECT or key == "scaleTargetRef":
            yield from _named(key, value, namespace)
    if body["kind"] == "VirtualService":
        yield from _routing(body, namespace)


def _named(key: str, value: Any, namespace: str) -> Iterator[Ref]:  # noqa: ANN401 - any part of a body
    if key in _BY_NAME and isinstance(value, str):
        group, kind = _BY_NAME[key]
        yield Ref(group, kind, "" if kind in _CLUSTER_SCOPED else namespace, value)
    elif key in _BY_OBJECT and isinstance(value, dict) and isinstance(value.get("name"), str):
        yield Ref(*_BY_OBJECT[key], namespace, value["name"])
    elif key == "scaleTargetRef":
        yield Ref.of({**value, "metadata": {"name": value["name"], "namespace": namespace}})


def _routing(body: Body, namespace: str) -> Iterator[Ref]:
    for gateway in body["spec"].get("gateways", []):
        where, slash, name = gateway.rpartition("/")
        yield Ref("networking.istio.io", "Gateway", where if slash else namespace, name)
    for key, value in _pairs(body):
        if key == "destination":
            name, _, rest = value["host"].partition(".")
            yield Ref("", "Service", rest.partition(".")[0] or namespace, name)


def _pairs(body: Body) -> Iterator[tuple[str, Any]]:
    """Every key of a body with its value, however deep, in no order."""
    ahead: list[Any] = [body]
    while ahead:
        value = ahead.pop()
        if isinstance(value, dict):
            yield from value.items()
            ahead.extend(value.values())
        elif isinstance(value, list):
            ahead.extend(value)


def wanted(bodies: Iterable[Body]) -> set[Ref]:
    """The objects that some objects name."""
    return {ref for body in bodies for ref in references(body)}
