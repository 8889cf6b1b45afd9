"""What a model server on Ray Serve may not ask for, and the pods that it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bayplan.spec.ray import too_old, too_small
from bayplan.spec.traits.resources import Resources
from bayplan.spec.workloads.group import Group
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.traits.ray_serve import RayServe
    from bayplan.spec.workloads.model_server import ModelServer

HEAD, REPLICA = "head", "replica"
"""Groups of the pods of a Ray cluster."""
AUTOSCALER = Resources(cpu="500m", memory="512Mi")
"""Of Ray's autoscaler, beside the head."""
PORTS = {"gcs-server": 6379, "dashboard": 8265, "client": 10001, "metrics": 8080, "agent": 52365}
"""Where Ray itself listens: https://docs.ray.io/en/latest/ray-core/configure.html#ports-configurations"""
WORKER_PORTS = range(10002, 20000)
OLDEST = (2, 10)
"""Ray whose Serve knows `max_replicas_per_node` and `target_ongoing_requests`."""
_OUTSIDE = "the pods of Ray stay out of the mesh, which would do it"


def groups(alike: Group, ray: RayServe, *, scales: bool) -> tuple[Group, ...]:
    """The replicas and the head; a new version is a second cluster beside the first, as large as the first may be."""
    cpu, memory = ray.head.cpu_millicores, ray.head.memory_mib
    if scales:
        cpu, memory = cpu + AUTOSCALER.cpu_millicores, memory + AUTOSCALER.memory_mib
    asks = Resources(cpu=f"{cpu}m", memory=f"{memory}Mi")
    head = Group(name=HEAD, resources=asks, pods_min=1, pods_max=1, surge=1)
    return (replace(alike, name=REPLICA, surge=alike.pods_max), head)


def contradictions(server: ModelServer) -> Iterator[Wrong]:
    """Everything in which its words and Ray Serve exclude each other."""
    if server.serving != "ray":
        if server.ray:
            fix = "Say serving: ray, or remove ray."
            yield Wrong(what="nobody runs an application of Ray Serve", fix=fix, at="/ray")
        return
    if server.ray is None:
        fix = 'Say ray: {app: "pictures.serve:app", deployment: Pictures}.'
        yield Wrong(what="nobody says what Ray Serve answers with", fix=fix, at="/serving")
        return
    for word, why in _excluded(server):
        yield Wrong(
            what=f"{word} does not go with serving: ray: {why}", fix=f"Remove {word}, or serving.", at=f"/{word}"
        )
    yield from _port(server.port)
    yield from _size(server, server.ray)
    yield from _scaling(server)


def _excluded(server: ModelServer) -> Iterator[tuple[str, str]]:
    """Words that have no meaning there, and why."""
    said = server.model_fields_set
    second = "a second cluster stands beside the first while a new version comes"
    yield from (
        (word, why)
        for word, given, why in (
            ("command", bool(server.command), "Ray starts its own programs; ray.app says what they run"),
            ("args", bool(server.args), "Ray starts its own programs; env has settings for the application"),
            ("llm", server.llm is not None, "its flags are those of vLLM's own server"),
            ("protocol", server.protocol == "grpc", "Ray Serve's proxies answer by HTTP here"),
            ("health", "health" in said, "Ray Serve's proxies say themselves whether they are well"),
            ("expose", server.expose is not None, _OUTSIDE),
            ("canary", server.canary is not None, _OUTSIDE),
            ("slo", server.slo is not None, _OUTSIDE),
            ("load", server.load is not None, "replicas of one deployment are all alike"),
            ("spot", server.spot_percent > 0, "without its head all replicas are lost"),
            ("survives", server.survives is not None, "without its head all replicas are lost"),
            ("advise", server.advise, "nothing that the cluster could advise makes these pods"),
            ("may_wait" if server.may_wait else "priority", server.waits, "a cluster without replicas is never ready"),
            ("storage", server.takes_turns, f"{second}, and two cannot write to one volume"),
            ("rollout", "surge" in server.rollout.model_fields_set, second),
        )
        if given
    )


def _port(port: int) -> Iterator[Wrong]:
    taken = next((name for name, number in PORTS.items() if number == port), "workers" if port in WORKER_PORTS else "")
    if taken:
        what = f"Ray itself listens on {port} ({taken})"
        yield Wrong(what=what, fix="Say port: 8000, where Ray Serve answers by default.", at="/port")


def _size(server: ModelServer, ray: RayServe) -> Iterator[Wrong]:
    yield from too_old(ray.version, OLDEST, "/ray/version")
    yield from too_small("a replica", server.resources, "/resources")
    yield from too_small("the head", ray.head, "/ray/head")


def _scaling(server: ModelServer) -> Iterator[Wrong]:
    """Ray Serve counts requests that are under way, and nothing else."""
    if server.autoscale is None:
        if server.replicas == 0:
            fix = "Say replicas: 1, or remove the server."
            yield Wrong(what="Ray Serve without replicas is never ready", fix=fix, at="/replicas")
        return
    others = [word for word in server.autoscale.follows if word != "concurrency"]
    if others:
        at = others[0] if others[0] in server.autoscale.model_fields_set else ""
        fix = "Say concurrency: how many requests one replica answers at the same time."
        what = f"Ray Serve cannot follow {', '.join(others)}"
        yield Wrong(what=what, fix=fix, at=f"/autoscale/{at}".rstrip("/"))
