"""How Flux judges kinds of the Gateway API, whose conditions stand where kstatus does not look."""

from __future__ import annotations

from bayplan.render.flux.judge import Expression, Health, Judge

_CONDITIONS = "status.?conditions.orValue([])"
_PARENTS = "status.?parents.orValue([])"
_IS_NEW = "one.?observedGeneration.orValue(metadata.generation) == metadata.generation"


def _says(conditions: str, kind: str) -> str:
    return f"{conditions}.exists(one, one.type == '{kind}' && one.status == 'True' && {_IS_NEW})"


_BY_PARENTS = Expression(
    current=f"size({_PARENTS}) > 0 && {_PARENTS}.all(by, "
    f"{_says('by.conditions', 'Accepted')} && {_says('by.conditions', 'ResolvedRefs')})"
)
"""Some gateway has answered, and all that have take the newest version and find what it names."""
_WAITED = "It may be seen before what it leads to, so that it is waited for and never failed."

ROUTES: dict[tuple[str, str], Health] = {
    ("gateway.networking.k8s.io", "Gateway"): Health(
        judge=Judge.EXPRESSION,
        why="Accepted says that its class is somebody's and its listeners can be. Programmed waits for an address, "
        "which a cloud may take minutes for and a laptop never has: it is for an alert.",
        version="v1",
        expression=Expression(current=_says(_CONDITIONS, "Accepted")),
    ),
    ("gateway.networking.k8s.io", "HTTPRoute"): Health(
        judge=Judge.EXPRESSION,
        why=f"Its conditions stand below the gateways that it names. {_WAITED}",
        version="v1",
        expression=_BY_PARENTS,
    ),
    ("inference.networking.k8s.io", "InferencePool"): Health(
        judge=Judge.EXPRESSION,
        why=f"Its conditions stand below the gateways that lead to it. {_WAITED}",
        version="v1",
        expression=_BY_PARENTS,
    ),
}
