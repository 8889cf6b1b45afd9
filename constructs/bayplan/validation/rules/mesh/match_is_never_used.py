"""A match of a VirtualService is covered by one before it.

The match decides nothing: its requests are taken by an earlier match, of the same rule or of one before. That is
either left over, or the order is not what was meant. Take it away, or put it first.

Source: <https://istio.io/latest/docs/reference/config/analysis/ist0131/>
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
    - match: [{uri: {prefix: /v1}}, {uri: {prefix: /v1/chat}}]
      directResponse: {status: 200}
"""
GOOD = BAD.replace("/v1/chat", "/chat")


@rule(
    "MSH012",
    severity=Severity.RISK,
    rows=("I3",),
    kinds=(VIRTUAL_SERVICE,),
    fix="take the match away, or put it before the wider one",
)
def match_is_never_used(route: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001
    """Compare every match with those before it; rules of which no match is left are another rule's."""
    for protocol in ("http", "tls", "tcp"):
        before: list[Match] = []
        for _, matches in matches_of(route, protocol):
            if all(any(covers(one.body, match.body) for one in before) for match in matches):
                before += matches
                continue
            for match in matches:
                taker = next((one for one in before if covers(one.body, match.body)), None)
                if taker is not None:
                    which = f"match[{taker.place}] of {protocol}[{taker.rule}]"
                    yield Hit(match.pointer, f"is never used: {which} takes all that it matches")
                before.append(match)
