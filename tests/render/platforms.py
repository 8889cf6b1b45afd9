"""Random platforms that the words allow."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.render.words import IMAGE

from bayplan import (
    Accelerator,
    Access,
    App,
    Autoscale,
    Expose,
    ModelServer,
    Resources,
    Rollout,
    Service,
    Spread,
    Storage,
)

NAMES = st.sampled_from(["a", "api", "default", "model", "web-2", "x" * 40])
STRENGTHS = st.sampled_from(["must", "should", "off"])


def optional(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | inner


RESOURCES = st.builds(
    Resources,
    cpu=st.sampled_from(["1m", "0.5", "1000m", "2"]),
    memory=st.sampled_from(["1Mi", "1G", "1024Mi", "123456789"]),
    ephemeral=st.sampled_from([None, "1Gi", "123456789"]),
    others=st.sampled_from([{}, {"example.com/fpga": 2}]),
)
ACCELERATORS = st.builds(Accelerator, model=st.just("l4"), count=st.sampled_from([1, 4])) | st.builds(
    Accelerator, share=st.sampled_from(["10%", "25%"])
)
SPREADS = st.builds(
    Spread,
    zones=STRENGTHS,
    hosts=STRENGTHS,
    most_per_node=st.sampled_from([None, 1]),
    zone_skew=st.sampled_from([1, 3]),
)
STORAGE = st.builds(Storage, claim=st.just("models"), read_only=st.booleans(), zone=st.sampled_from([None, "a"]))
ROLLOUTS = st.builds(
    Rollout,
    surge=st.sampled_from([1, 3, "25%", "100%"]),
    drain_seconds=st.sampled_from([0, 30, 3600]),
    start_seconds=st.sampled_from([1, 60, 7200]),
)
ENV = st.dictionaries(st.sampled_from(["A", "B_C", "URL"]), st.sampled_from(["", "yes", "0o17", "a: b", "#"]))


@st.composite
def workloads(draw: st.DrawFn, name: str, hosts: list[str], callers: list[str]) -> Service | ModelServer:
    kind = Service if draw(st.booleans()) else ModelServer
    said = {
        "port": draw(st.sampled_from([80, 8080, 65535])),
        "protocol": draw(st.sampled_from(["http", "grpc"])),
        "env": draw(ENV),
        "resources": draw(RESOURCES),
        "accelerator": draw(optional(ACCELERATORS)),
        "architecture": draw(st.sampled_from(["amd64", "arm64", "any"])),
        "expose": draw(optional(st.just(Expose(host=hosts.pop())))),
        "access": Access(callers=tuple(draw(st.lists(st.sampled_from(callers), max_size=3, unique=True)))),
        "rollout": draw(ROLLOUTS),
        "spread": draw(SPREADS),
        "storage": draw(optional(STORAGE)),
    }
    if draw(st.booleans()):
        low = draw(st.integers(1, 5))
        said["autoscale"] = Autoscale(min=low, max=low + draw(st.integers(0, 20)))
    else:
        said["replicas"] = draw(st.integers(0, 20))
    return kind.model_validate({"name": name, "image": IMAGE} | said)


@st.composite
def fleets(draw: st.DrawFn) -> tuple[App, ...]:
    """Apps whose workloads may call each other in any way."""
    parts = draw(
        st.dictionaries(st.sampled_from(["bot", "flux", "platform", "shop"]), st.lists(NAMES, min_size=1, unique=True))
    )
    callers = [f"{app}/{name}" for app, names in parts.items() for name in names]
    hosts = [f"h{number}.example.com" for number, _ in enumerate(callers)]
    return tuple(
        App(name=app, team="team", workloads=tuple(draw(workloads(name, hosts, callers)) for name in names))
        for app, names in sorted(parts.items())
    )
