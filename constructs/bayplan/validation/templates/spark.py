"""Spark: driver and executors, whose pods Spark itself and the operator's webhook make from many single fields.

Sources: <https://github.com/kubeflow/spark-operator/blob/master/internal/webhook/sparkpod_defaulter.go>,
<https://spark.apache.org/docs/latest/running-on-kubernetes.html>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer, step
from bayplan.validation.fields import mapping_at, mappings_at, text_at, texts_at, value_at, words_at
from bayplan.validation.pod import ONE, Container, Count, Pod, role_of
from bayplan.validation.templates.reading import at, number, templated
from bayplan.validation.templates.spark_resources import resources_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.templates.reading import Maker, Tree

OPERATOR = "sparkoperator.k8s.io/"
SPARK_LABELS = (
    "spark-app-name",
    "spark-app-selector",
    "spark-version",
    f"{OPERATOR}mutated-by-spark-operator",
    f"{OPERATOR}submission-id",
)
EXECUTOR_LABELS = ("spark-exec-id", "spark-exec-inactive", "spark-exec-resourceprofile-id")
CONTAINERS = {"driver": "spark-kubernetes-driver", "executor": "spark-kubernetes-executor"}
COPIED = (
    *("affinity", "dnsConfig", "hostAliases", "hostNetwork", "initContainers", "nodeSelector", "priorityClassName"),
    *("schedulerName", "shareProcessNamespace", "terminationGracePeriodSeconds", "tolerations"),
)
"""Fields of driver and executor that go into the PodSpec as they are."""


def application(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """Driver and executors of one run."""
    yield from run_of(owner, ("spec",), owner.ref.name)


def scheduled(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """The same, at times, under a new name for each run."""
    yield from run_of(owner, ("spec", "template"), "")


def run_of(owner: Manifest, path: tuple[str, ...], name: str) -> Iterator[Pod]:
    """Driver and executors of the application that stands at a path."""
    body = at(owner.body, *path)
    for role in ("driver", "executor"):
        if role == "driver" or value_at(body, role) is not None:
            yield pod_of(owner, (*path, role), name, count_of(body, role))


def pod_of(owner: Manifest, path: tuple[str, ...], name: str, count: Count) -> Pod:
    """The pods of one role."""
    role, where = path[-1], pointer(*path)
    body, part = at(owner.body, *path[:-1]), mapping_at(owner.body, *path)
    containers = containers_of(body, part, role, where)
    known = {f"{OPERATOR}app-name": name} if name else {}
    labels = {"spark-role": role, f"{OPERATOR}launched-by-spark-operator": "true"} | known
    template = mapping_at(part, "template")
    unknown = (*SPARK_LABELS, *(EXECUTOR_LABELS if role == "executor" else ()))
    bodies = [one.body for one in containers if one.role == "container"]
    kept, said = mapping_at(template, "spec"), spec_of(body, part, bodies)
    volumes = volumes_of(body, part, pointer(*path[:-1]), where)
    if volumes:
        said["volumes"] = list(volumes.values())
    return Pod(
        owner=owner,
        labels=texts_at(template, "metadata", "labels") | texts_at(part, "labels") | labels,
        added_labels=unknown if name else (*unknown, f"{OPERATOR}app-name"),
        spec=kept | said,
        pointer=where,
        annotations=mapping_at(template, "metadata", "annotations") | mapping_at(part, "annotations"),
        count=count,
        role=role,
        is_completed=True,
        written=tuple(containers),
        places={
            **{f"/{key}": f"{where}/template/spec/{key}" for key in kept if key not in said},
            "/serviceAccountName": f"{where}/serviceAccount",
            "/resources/requests/cpu": f"{where}/{'coreRequest' if 'coreRequest' in part else 'cores'}",
            "/resources/limits/cpu": f"{where}/coreLimit",
            "/resources/requests/memory": f"{where}/memory",
            "/resources/limits/memory": f"{where}/memoryLimit",
            "/imagePullSecrets": f"{pointer(*path[:-1])}/imagePullSecrets",
            **places_of(volumes),
            **{
                f"/env/{index}/valueFrom/secretKeyRef": step(f"{where}/envSecretKeyRefs", name)
                for index, name in enumerate(asked_of(part), len(mappings_at(part, "env")))
            },
        },
    )


def containers_of(body: object, part: dict[str, Any], role: str, where: str) -> list[Container]:
    """Init containers, Spark's own container, and those beside it."""
    image = text_at(part, "image") or text_at(body, "image")
    main: dict[str, Any] = {"name": CONTAINERS[role]} | ({"image": image} if image else {})
    main["ports"] = [port for _, port in mappings_at(part, "ports")] + ports_of(body, role)
    for key in ("env", "envFrom", "lifecycle", "securityContext", "volumeMounts"):
        if key in part:
            main[key] = part[key]
    if "envSecretKeyRefs" in part:
        main["env"] = [one for _, one in mappings_at(part, "env")] + list(asked_of(part).values())
    main["resources"] = resources_of(body, part, role)
    first = [
        Container(one, f"{where}/initContainers/{index}", role_of(one))
        for index, one in mappings_at(part, "initContainers")
    ]
    beside = [Container(one, f"{where}/sidecars/{index}", "container") for index, one in mappings_at(part, "sidecars")]
    return [*first, Container(main, where, "container"), *beside]


def asked_of(part: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Variables whose values stand in Secrets, by their names."""
    asked = mapping_at(part, "envSecretKeyRefs")
    return {name: {"name": name, "valueFrom": {"secretKeyRef": one}} for name, one in asked.items()}


def ports_of(body: object, role: str) -> list[dict[str, Any]]:
    """Ports that Spark and the operator add: where others of the run connect, the page, and Prometheus' agent."""
    driver = {"driver-rpc-port": 7078, "blockmanager": 7079, "spark-ui": 4040}
    named = driver if role == "driver" else {"blockmanager": 7079}
    ports = [{"name": name, "containerPort": number} for name, number in named.items()]
    shown = mapping_at(body, "monitoring")
    if "prometheus" in shown and shown.get(f"expose{role.title()}Metrics") is True:
        agent = mapping_at(shown, "prometheus")
        name, number = text_at(agent, "portName") or "jmx-exporter", agent.get("port", 8090)
        ports.append({"name": name, "containerPort": number})
    return ports


def spec_of(body: object, part: dict[str, Any], containers: list[dict[str, Any]]) -> dict[str, Any]:
    """The PodSpec of one role."""
    spec = {key: part[key] for key in COPIED if key in part} | {"containers": containers}
    account = text_at(part, "serviceAccount")
    secrets = words_at(body, "imagePullSecrets")
    if account:
        spec["serviceAccountName"] = account
    if "podSecurityContext" in part:
        spec["securityContext"] = part["podSecurityContext"]
    if secrets:
        spec["imagePullSecrets"] = [{"name": name} for name in secrets]
    return spec


def volumes_of(body: object, part: dict[str, Any], top: str, where: str) -> dict[str, dict[str, Any]]:
    """Volumes of one role by where they are written: its template's, those that it mounts, and those of one name."""
    mounts = {text_at(one, "name") for _, one in mappings_at(part, "volumeMounts")}
    found = {
        f"{where}/template/spec/volumes/{index}": one for index, one in mappings_at(part, "template", "spec", "volumes")
    }
    found |= {f"{top}/volumes/{index}": one for index, one in mappings_at(body, "volumes") if one.get("name") in mounts}
    named = {f"{top}/{key}": ("configMap", "name", text_at(body, key)) for key in ("sparkConfigMap", "hadoopConfigMap")}
    for index, one in mappings_at(part, "configMaps"):
        named[f"{where}/configMaps/{index}"] = ("configMap", "name", text_at(one, "name"))
    for index, one in mappings_at(part, "secrets"):
        named[f"{where}/secrets/{index}"] = ("secret", "secretName", text_at(one, "name"))
    made = {place: {"name": f"{name}-volume", kind: {key: name}} for place, (kind, key, name) in named.items() if name}
    return found | made


def places_of(volumes: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Where volumes are written; of one that is only named, its kind is written nowhere."""
    found = {f"/volumes/{index}": place for index, place in enumerate(volumes)}
    for index, (place, volume) in enumerate(volumes.items()):
        if "/volumes/" not in place:
            found |= {f"/volumes/{index}/{kind}": place for kind in ("configMap", "secret") if kind in volume}
    return found


def count_of(body: object, role: str) -> Count:
    """One driver; executors as many as are written, or as the load needs between two numbers."""
    if role == "driver":
        return ONE
    said = number(body, "executor", "instances", default=None)
    if value_at(body, "dynamicAllocation", "enabled") is True:
        least = number(body, "dynamicAllocation", "minExecutors", default=0)
        return Count(least, number(body, "dynamicAllocation", "maxExecutors", default=None))
    return Count(said, said)


def connect(owner: Manifest, _: Tree) -> Iterator[Pod]:
    """A SparkConnect server and its executors, from whole templates."""
    for role, field in (("connect-server", "server"), ("executor", "executor")):
        yield templated(
            owner,
            *("spec", field, "template"),
            labels={
                "spark-role": role,
                f"{OPERATOR}connect-name": owner.ref.name,
                f"{OPERATOR}launched-by-spark-operator": "true",
            },
            added=(*SPARK_LABELS, *EXECUTOR_LABELS),
            count=ONE if field == "server" else count_of(mapping_at(owner.body, "spec"), role),
            role=role,
            completed=True,
        )


MAKERS: dict[str, Maker] = {
    "ScheduledSparkApplication.sparkoperator.k8s.io": scheduled,
    "SparkApplication.sparkoperator.k8s.io": application,
    "SparkConnect.sparkoperator.k8s.io": connect,
}
