"""What policies let through, against a slow reading of the specification: every pair, every port, nothing shared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayplan.manifests.inventory import Inventory
from bayplan.manifests.manifest import Manifest
from bayplan.manifests.ref import Ref
from bayplan.validation.reachability.blocks import may_hold_pods
from bayplan.validation.reachability.ports import LAST, Span, merged
from bayplan.validation.world import World

KEYS, VALUES, SPACES = ("app", "tier"), ("a", "b"), ("one", "two", "three")
PROTOCOLS, NAMES, NUMBERS = ("TCP", "UDP", "SCTP"), ("http", "dns"), (53, 80, 81, 8080)
Body = dict[str, Any]

labels = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES))
requirements = st.builds(
    lambda key, operator, values: {
        "key": key,
        "operator": operator,
        **({"values": values} if operator in ("In", "NotIn") else {}),
    },
    st.sampled_from(KEYS),
    st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
    st.lists(st.sampled_from(VALUES), min_size=1, max_size=2),
)
selectors = st.fixed_dictionaries(
    {}, optional={"matchLabels": labels, "matchExpressions": st.lists(requirements, max_size=2)}
)
space_selectors = st.one_of(
    selectors, st.sampled_from(SPACES).map(lambda name: {"matchLabels": {"kubernetes.io/metadata.name": name}})
)
peers = st.one_of(
    st.fixed_dictionaries({"podSelector": selectors}),
    st.fixed_dictionaries({"namespaceSelector": space_selectors}),
    st.fixed_dictionaries({"podSelector": selectors, "namespaceSelector": space_selectors}),
)
ranges = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)).map(lambda both: (min(both), max(both)))
ports = st.one_of(
    st.fixed_dictionaries({}, optional={"protocol": st.sampled_from(PROTOCOLS)}),
    st.fixed_dictionaries({"port": st.sampled_from(NUMBERS)}, optional={"protocol": st.sampled_from(PROTOCOLS)}),
    st.fixed_dictionaries({"port": st.sampled_from(NAMES)}, optional={"protocol": st.sampled_from(PROTOCOLS)}),
    ranges.map(lambda both: {"port": both[0], "endPort": both[1]}),
)


def rules(key: str) -> st.SearchStrategy[list[Body]]:
    optional = {key: st.lists(peers, max_size=2), "ports": st.lists(ports, max_size=2)}
    return st.lists(st.fixed_dictionaries({}, optional=optional), max_size=2)


policies = st.fixed_dictionaries(
    {"namespace": st.sampled_from(SPACES)},
    optional={
        "podSelector": selectors,
        "policyTypes": st.sampled_from([[], ["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
        "ingress": rules("from"),
        "egress": rules("to"),
    },
)
declared = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(PROTOCOLS), st.sampled_from(NUMBERS)),
    max_size=2,
    unique_by=lambda one: one[0],
)
pods = st.fixed_dictionaries({"namespace": st.sampled_from(SPACES), "labels": labels, "ports": declared})
platforms = st.fixed_dictionaries(
    {
        "spaces": st.fixed_dictionaries(dict.fromkeys(SPACES, labels)),
        "pods": st.lists(pods, min_size=1, max_size=4),
        "policies": st.lists(policies, max_size=4),
    }
)


@settings(max_examples=400, deadline=None)
@given(platforms)
def test_every_pair_is_judged_as_the_specification_says(platform: Body) -> None:
    network = world_of(platform).reach.network
    ends = [network.end(pod) for pod in pods_in(network)]
    for source, one in zip(ends, platform["pods"], strict=True):
        for target, two in zip(ends, platform["pods"], strict=True):
            passed = network.between(source, target)
            for protocol in PROTOCOLS:
                for number in (1, *NUMBERS, 8081, LAST):
                    expected = spelled_out(platform, one, two, protocol, number)
                    assert passed.surely.holds(protocol, number) is expected
                    assert passed.perhaps.holds(protocol, number) is expected


def pods_in(network: Any) -> list[Any]:
    world = network._world
    return [pod for one in world.inventory.manifests for pod in world.pods.made_by(one)]


def world_of(platform: Body) -> World:
    bodies: list[Body] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": carried}}
        for name, carried in platform["spaces"].items()
    ]
    for number, pod in enumerate(platform["pods"]):
        listed = [{"name": name, "protocol": kind, "containerPort": port} for name, kind, port in pod["ports"]]
        metadata = {"name": f"pod-{number}", "namespace": pod["namespace"], "labels": pod["labels"]}
        spec = {"containers": [{"name": "main", "image": "image", "ports": listed}]}
        bodies.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    for number, policy in enumerate(platform["policies"]):
        metadata = {"name": f"policy-{number}", "namespace": policy["namespace"]}
        spec = {key: value for key, value in policy.items() if key != "namespace"}
        bodies.append(
            {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}
        )
    return World(inventory=Inventory(manifests=tuple(Manifest(ref=Ref.of(body), body=body) for body in bodies)))


def spelled_out(platform: Body, source: Body, target: Body, protocol: str, number: int) -> bool:
    """The specification, sentence by sentence."""
    sides = (("Egress", source, target, "egress", "to"), ("Ingress", target, source, "ingress", "from"))
    for kind, own, other, key, who in sides:
        applied = []
        for policy in platform["policies"]:
            kinds = policy.get("policyTypes") or ["Ingress", *(["Egress"] if policy.get("egress") else [])]
            mine = policy["namespace"] == own["namespace"] and fits(policy.get("podSelector", {}), own["labels"])
            if kind in kinds and mine:
                applied.append(policy)
        allowed = [
            rule
            for policy in applied
            for rule in policy.get(key) or []
            if not rule.get(who) or any(is_peer(platform, policy, peer, other) for peer in rule[who])
            if not rule.get("ports") or any(is_port(port, target, protocol, number) for port in rule["ports"])
        ]
        if applied and not allowed:
            return False
    return True


def is_peer(platform: Body, policy: Body, peer: Body, pod: Body) -> bool:
    if "namespaceSelector" in peer:
        carried = {**platform["spaces"][pod["namespace"]], "kubernetes.io/metadata.name": pod["namespace"]}
        if not fits(peer["namespaceSelector"], carried):
            return False
    elif pod["namespace"] != policy["namespace"]:
        return False
    return "podSelector" not in peer or fits(peer["podSelector"], pod["labels"])


def is_port(port: Body, target: Body, protocol: str, number: int) -> bool:
    if port.get("protocol", "TCP") != protocol:
        return False
    wanted = port.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return any((wanted, protocol, number) == one for one in target["ports"])
    last: int = port.get("endPort") or wanted
    return bool(wanted <= number <= last)


def fits(selector: Body, carried: Body) -> bool:
    for key, value in selector.get("matchLabels", {}).items():
        if key not in carried or carried[key] != value:
            return False
    for one in selector.get("matchExpressions", []):
        key, operator, values = one["key"], one["operator"], one.get("values", [])
        if operator == "In" and (key not in carried or carried[key] not in values):
            return False
        if operator == "NotIn" and key in carried and carried[key] in values:
            return False
        if operator == "Exists" and key not in carried:
            return False
        if operator == "DoesNotExist" and key in carried:
            return False
    return True


spans = st.lists(st.builds(lambda kind, both: Span(kind, *both), st.sampled_from(PROTOCOLS), ranges), max_size=4)


@given(spans, spans)
def test_sets_of_ports_are_sets(one: list[Span], two: list[Span]) -> None:
    first, second = merged(one), merged(two)
    for protocol in PROTOCOLS:
        for number in range(50, 100):
            in_first, in_second = first.holds(protocol, number), second.holds(protocol, number)
            assert (first | second).holds(protocol, number) == (in_first or in_second)
            assert (first & second).holds(protocol, number) == (in_first and in_second)
    assert (first | second) == (second | first)
    assert (first & second) == (second & first)


@pytest.mark.parametrize(
    ("block", "excepts", "may"),
    [
        ("0.0.0.0/0", (), True),
        ("0.0.0.0/0", ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"), False),
        ("0.0.0.0/0", ("169.254.169.254/32",), True),
        ("8.8.8.8/32", (), False),
        ("10.96.0.10/32", (), True),
        ("10.0.0.0/16", ("10.0.0.0/8",), False),
        ("fd00::/8", (), True),
        ("${POD_RANGE}", (), True),
    ],
)
def test_ranges_that_may_hold_pods(block: str, excepts: tuple[str, ...], may: bool) -> None:
    assert may_hold_pods(block, excepts) is may
