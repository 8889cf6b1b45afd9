"""A rule of a VirtualService comes after one that takes all of its requests.

Rules are tried in order and the first match holds: a rule behind one without a match, or whose matches are all taken
by rules before it, gets no request, though somebody wrote it to get some. Put the narrower rule first.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0130/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Severity
from bayplan.validation.mesh.kinds import VIRTUAL_SERVICE
from bayplan.validation.mesh.matches import Match, covers, matches_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: chat}
spec:
  hosts: [chat.example.com]
  http:
    - directResponse: {status: 404}
    - match: [{uri: {prefix: /status}}]
      directResponse: {status: 200}
"""
GOOD = """
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: chat}
spec:
  hosts: [chat.example.com]
  http:
    - match: [{uri: {prefix: /status}}]
      directResponse: {status: 200}
    - directResponse: {status: 404}
"""


@rule(
    "MSH011",
    severity=Severity.DOWN,
    rows=("I3",),
    kinds=(VIRTUAL_SERVICE,),
    fix="put the narrower rule before the wider one, or take the rule away",
)
def route_is_never_used(route: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001
    """Compare the matches of every rule with those of the rules before it."""
    for protocol in ("http", "tls", "tcp"):
        before: list[Match] = []
        for where, matches in matches_of(route, protocol):
            takers = [next((one for one in before if covers(one.body, match.body)), None) for match in matches]
            if all(takers):
                rules = sorted({one.rule for one in takers if one is not None})
                which = ", ".join(f"{protocol}[{number}]" for number in rules)
                yield Hit(where, f"gets no request: {which} before it takes all that it matches")
            before += matches
