"""What KubeRay's operator refuses of the spec of a Ray cluster, wherever it stands.

Source: `ValidateRayClusterSpec` in
<https://github.com/ray-project/kuberay/blob/v1.6.2/ray-operator/controllers/ray/utils/validation.go>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, texts_at, value_at, whole_at
from bayplan.validation.rule import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Body = dict[str, Any]
    Groups = list[tuple[str, str, Body]]

AUTOSCALER_V2, REDIS = "RAY_enable_autoscaler_v2", "RAY_REDIS_ADDRESS"
COUNTED = ("num-cpus", "num-gpus", "memory", "resources")
FT_ENABLED, FT_NAMESPACE = "ray.io/ft-enabled", "ray.io/external-storage-namespace"
LABEL_KEY = re.compile(r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
TOKEN_SINCE = (2, 52, 0)


def wrongs(spec: Body, at: str, annotations: Mapping[str, Any]) -> Iterator[Hit]:
    """Everything that the operator would not take; `annotations` are those of the object."""
    groups: Groups = [("the head", f"{at}/headGroupSpec", mapping_at(spec, "headGroupSpec"))]
    for number, group in mappings_at(spec, "workerGroupSpecs"):
        groups.append((f"group {text_at(group, 'groupName')}", f"{at}/workerGroupSpecs/{number}", group))
    for name, place, group in groups:
        yield from _group(name, place, group)
    for name, place, group in groups[1:]:
        yield from _workers(name, place, group, spec)
    yield from _redis(spec, at, groups[0][2], annotations)
    yield from _autoscaler(spec, at, groups)
    yield from _token(spec, at)


def env_of(group: Body) -> dict[str, str]:
    """Settings of the container that is Ray's: the first."""
    containers = mappings_at(group, "template", "spec", "containers")
    own = mappings_at(containers[0][1], "env") if containers else []
    return {text_at(one, "name"): text_at(one, "value") for _, one in own}


def _group(name: str, at: str, group: Body) -> Iterator[Hit]:
    start = mapping_at(group, "rayStartParams")
    if value_at(group, "template", "spec", "containers") == []:
        yield Hit(f"{at}/template/spec/containers", f"{name} has no container")
    counted = [word for word in COUNTED if start.get(word)]
    if counted and mapping_at(group, "resources"):
        message = f"{name} says {counted[0]} in rayStartParams, and resources besides: one of them"
        yield Hit(f"{at}/resources", message)
    if "labels" in start:
        yield Hit(f"{at}/rayStartParams/labels", f"labels of {name} stand in its own `labels`, not in rayStartParams")
    for key, value in texts_at(group, "labels").items():
        if not is_variable(key + value) and not (LABEL_KEY.fullmatch(key) and LABEL_VALUE.fullmatch(value)):
            yield Hit(f"{at}/labels", f"{key}: {value} is no label of Kubernetes")


def _workers(name: str, at: str, group: Body, spec: Body) -> Iterator[Hit]:
    least, most = whole_at(group, "minReplicas"), whole_at(group, "maxReplicas")
    for word, number in (("minReplicas", least), ("maxReplicas", most)):
        if number is not None and number < 0:
            yield Hit(f"{at}/{word}", f"{name} has {number} pods")
    if (least or 0) > (2**31 - 1 if most is None else most):
        yield Hit(f"{at}/minReplicas", f"{name} has {least} pods at least and {most} at most")
    idle = whole_at(group, "idleTimeoutSeconds")
    if idle is not None and idle < 0:
        yield Hit(f"{at}/idleTimeoutSeconds", f"{name} waits {idle} seconds")
    elif idle is not None and not _is_second_version(spec):
        message = f"only the second autoscaler reads idleTimeoutSeconds of {name}: autoscalerOptions.version: v2"
        yield Hit(f"{at}/idleTimeoutSeconds", message)
    if group.get("suspend") is True and spec.get("enableInTreeAutoscaling") is True:
        yield Hit(f"{at}/suspend", f"{name} cannot be suspended while an autoscaler moves it")


def _redis(spec: Body, at: str, head: Body, annotations: Mapping[str, Any]) -> Iterator[Hit]:
    """What survives the head is kept by Redis, of which one place only may speak."""
    start, env, place = mapping_at(head, "rayStartParams"), env_of(head), f"{at}/headGroupSpec"
    given = isinstance(spec.get("gcsFaultToleranceOptions"), dict)
    only = "gcsFaultToleranceOptions says it alone"
    if given:
        for key in (FT_ENABLED, FT_NAMESPACE):
            if annotations.get(key):
                yield Hit(f"/metadata/annotations/{key.replace('/', '~1')}", only)
        if start.get("redis-password"):
            yield Hit(f"{place}/rayStartParams/redis-password", only)
        for key in ("REDIS_PASSWORD", REDIS):
            if key in env:
                yield Hit(f"{place}/template/spec/containers/0/env", f"{key}: {only}")
    elif REDIS in env and str(annotations.get(FT_ENABLED)).lower() != "true":
        message = f"{REDIS} without gcsFaultToleranceOptions: say redisAddress there"
        yield Hit(f"{place}/template/spec/containers/0/env", message)
    if start.get("redis-username"):
        yield Hit(f"{place}/rayStartParams/redis-username", "gcsFaultToleranceOptions.redisUsername says it")
    if "REDIS_USERNAME" in env:
        message = "REDIS_USERNAME: gcsFaultToleranceOptions.redisUsername says it"
        yield Hit(f"{place}/template/spec/containers/0/env", message)


def _autoscaler(spec: Body, at: str, groups: Groups) -> Iterator[Hit]:
    env, options = env_of(groups[0][2]), mapping_at(spec, "autoscalerOptions")
    place = f"{at}/headGroupSpec/template/spec/containers/0/env"
    scales = spec.get("enableInTreeAutoscaling") is True
    if not scales and env.get(AUTOSCALER_V2) in ("1", "true"):
        yield Hit(place, f"{AUTOSCALER_V2} without enableInTreeAutoscaling: true")
    if scales and "version" in options and AUTOSCALER_V2 in env:
        yield Hit(place, f"autoscalerOptions.version says it, and {AUTOSCALER_V2} besides")
    if scales and text_at(options, "version") == "v2":
        for name, where, group in groups:
            policy = text_at(group, "template", "spec", "restartPolicy")
            if policy and policy != "Never" and not is_variable(policy):
                message = f"the second autoscaler wants restartPolicy: Never of {name}, or none"
                yield Hit(f"{where}/template/spec/restartPolicy", message)
    idle = whole_at(options, "idleTimeoutSeconds")
    if idle is not None and idle < 0:
        yield Hit(f"{at}/autoscalerOptions/idleTimeoutSeconds", f"{idle} seconds")


def _token(spec: Body, at: str) -> Iterator[Hit]:
    options, version = mapping_at(spec, "authOptions"), text_at(spec, "rayVersion")
    if options.get("enableK8sTokenAuth") is True and text_at(options, "mode") != "token":
        yield Hit(f"{at}/authOptions/enableK8sTokenAuth", "takes mode: token")
    if text_at(options, "mode") != "token" or is_variable(version):
        return
    numbers = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?", version)
    if not numbers:
        yield Hit(f"{at}/authOptions/mode", "tokens take a rayVersion, 2.52.0 or newer")
    elif tuple(int(one or 0) for one in numbers.groups()) < TOKEN_SINCE:
        yield Hit(f"{at}/rayVersion", f"Ray {version} knows no tokens: 2.52.0 does")


def _is_second_version(spec: Body) -> bool:
    scales = spec.get("enableInTreeAutoscaling") is True
    said = text_at(spec, "autoscalerOptions", "version") == "v2"
    return (scales and said) or env_of(mapping_at(spec, "headGroupSpec")).get(AUTOSCALER_V2) in ("1", "true")
