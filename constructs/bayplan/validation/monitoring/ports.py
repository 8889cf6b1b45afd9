"""Ports of pods as Prometheus finds them: only those that a container declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import mappings_at, text_at, whole_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.validation.pods import Pod


def ports_of(pod: Pod) -> Iterator[dict[str, Any]]:
    """The ports that containers of all roles declare."""
    return (port for container in pod.containers for _, port in mappings_at(container.body, "ports"))


def picked(pod: Pod, endpoint: Mapping[str, Any]) -> Iterator[int | None]:
    """The declared ports of a pod that an endpoint picks by name or number."""
    name, number = text_at(endpoint, "port"), whole_at(endpoint, "portNumber")
    aim = endpoint.get("targetPort")
    if not name and number is None:
        name = aim if isinstance(aim, str) else ""
        number = aim if isinstance(aim, int) else None
    for port in ports_of(pod):
        declared = whole_at(port, "containerPort")
        if (name and matches(name, text_at(port, "name"))) or (not name and number in (None, declared)):
            yield declared


def numbers_of(pod: Pod, aim: object) -> Iterator[int | None]:
    """The numbers behind the `targetPort` of a Service."""
    if isinstance(aim, int):
        yield aim
    elif isinstance(aim, str):
        yield from (whole_at(port, "containerPort") for port in ports_of(pod) if text_at(port, "name") == aim)


def matches(pattern: str, text: str) -> bool:
    """Whether a text matches as a whole; almost every pattern is a plain name."""
    if pattern == text:
        return True
    if pattern.replace("-", "").isalnum():
        return False
    from bayplan.validation.expressions.patterns import whole  # noqa: PLC0415 - the library is loaded when it is needed

    return whole(pattern, text)
