"""np-guard's netpol-analyzer on platforms of ours: who reaches whom, pair by pair.

`graph/netpol_analyzer.json` holds small platforms that were drawn by chance, and what the tool said to them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from bayplan.manifests.inventory import Inventory
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation.reachability.ports import ALL, Ports, Span, merged
from bayplan.validation.world import World

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = json.loads((HERE / "graph" / "netpol_analyzer.json").read_text())
AGREEMENT: dict[str, Any] = yaml.safe_load((HERE / "agreement" / "netpol-analyzer.yaml").read_text())

Pairs = dict[tuple[str, str], Ports]


def test_the_agreement_is_what_the_file_says() -> None:
    judged = [case for case in CASES if case["allows"] is not None]
    differing = [case["case"] for case in judged if ours(case) != theirs(case)]
    assert AGREEMENT["cases"] == len(judged)
    assert AGREEMENT["agree"] == len(judged) - len(differing)
    assert [one["case"] for one in AGREEMENT["disagree"]] == differing
    assert sum(one["cases"] for one in AGREEMENT["out_of_scope"]) == len(CASES) - len(judged)
    assert all(one["why"] and one["right"] for one in AGREEMENT["disagree"])


def test_where_we_differ_we_say_perhaps_to_what_they_deny() -> None:
    for case in CASES:
        if case["allows"] is not None:
            perhaps = reached(case, is_sure=False)
            assert all(ports == (perhaps[pair] & ports) for pair, ports in theirs(case).items())
            assert reached(case, is_sure=True).items() <= theirs(case).items()


def ours(case: dict[str, Any]) -> Pairs | str:
    """What we are sure of; "perhaps" where anything is not sure."""
    sure, perhaps = reached(case, is_sure=True), reached(case, is_sure=False)
    return sure if sure == perhaps else "perhaps"


def reached(case: dict[str, Any], *, is_sure: bool) -> Pairs:
    world = World(
        inventory=Inventory(manifests=tuple(Manifest(ref=Ref.of(body), body=body) for body in case["objects"]))
    )
    network = world.reach.network
    ends = [network.end(pod) for one in world.inventory.manifests for pod in world.pods.made_by(one)]
    found: Pairs = {}
    for source in ends:
        for target in ends:
            passed = network.between(source, target)
            ports = passed.surely if is_sure else passed.perhaps
            if ports and source is not target:
                found[name(source.name), name(target.name)] = ports
    return found


def name(end: str) -> str:
    return end.partition(" ")[2]


def theirs(case: dict[str, Any]) -> Pairs:
    return {(source, target): read(words) for source, target, words in case["allows"]}


def read(words: str) -> Ports:
    """`TCP 80,8080-8090,UDP 53`, or `All Connections`."""
    if words == "All Connections":
        return ALL
    spans = []
    for protocol, numbers in re.findall(r"(TCP|UDP|SCTP) ([\d,\-]+)", words):
        for part in filter(None, numbers.split(",")):
            first, _, last = part.partition("-")
            spans.append(Span(protocol, int(first), int(last or first)))
    return merged(spans)
