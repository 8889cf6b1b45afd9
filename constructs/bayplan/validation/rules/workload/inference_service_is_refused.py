"""KServe's webhook refuses an InferenceService.

What its schema takes, it looks at again: the name, which begins with a letter; the class of the autoscaler, and what
that may measure; how many replicas there are at least and at most; exactly one program in each part; canaries, which
share at most all requests. A refused object stops the sync of its whole Kustomization. A name without room for
`-predictor` is taken, and the API server then refuses the Service: it never becomes ready.

Source: <https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/inference_service_validation.go>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.manifests.pointer import pointer
from bayplan.validation.fields import annotation, is_variable, mapping_at, mappings_at, text_at
from bayplan.validation.finding import Severity
from bayplan.validation.rule import Hit, rule
from bayplan.validation.templates.kserve import FRAMEWORKS, GROUP, PARTS, RAW
from bayplan.validation.templates.reading import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: chat, namespace: chat, annotations: {serving.kserve.io/deploymentMode: Standard}}
spec:
  predictor:
    minReplicas: 4
    maxReplicas: 3
    containers: [{name: kserve-container, image: "registry.example.com/chat@sha256:0"}]
"""
GOOD = BAD.replace("maxReplicas: 3", "maxReplicas: 5")
KIND = f"InferenceService.{GROUP}"
NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
LONGEST = 63
"""Of the names of the Services and Deployments that KServe makes: `<name>-predictor`, and the like."""
CLASSES = ("external", "hpa", "keda", "none")
METRICS = {"hpa": ("cpu", "memory"), "": ("concurrency", "rps")}
"""What `scaleMetric` may be: of Deployments, and of Knative."""


@rule("WRK032", severity=Severity.SYNC, rows=("W3",), kinds=(KIND,), fix="write what KServe's webhook takes")
def inference_service_is_refused(service: Manifest, _: World) -> Iterator[Hit]:
    """Judge name, autoscaler, parts and canaries."""
    name, spec = service.ref.name, mapping_at(service.body, "spec")
    if not is_variable(name) and not NAME.fullmatch(name):
        yield Hit("/metadata/name", f"{name} does not begin with a letter, as KServe wants it")
    scaler = annotation(service.body, f"{GROUP}/autoscalerClass")
    mode = annotation(service.body, f"{GROUP}/deploymentMode")
    if scaler and scaler not in CLASSES and not is_variable(scaler):
        message = f"no autoscaler of KServe is called {scaler}: there are {', '.join(CLASSES)}"
        yield Hit(pointer("metadata", "annotations", f"{GROUP}/autoscalerClass"), message)
    for part in PARTS:
        said = mapping_at(spec, part)
        if said:
            longer = f"{name}-{part}"
            if len(longer) > LONGEST and not is_variable(name):
                yield Hit("/metadata/name", f"{longer}, which KServe makes, has {len(longer)} of {LONGEST} characters")
            yield from of_part(said, f"/spec/{part}", mode, scaler)
    yield from of_canaries(spec, mode)


def of_part(part: dict[str, Any], where: str, mode: str, scaler: str) -> Iterator[Hit]:
    """How many replicas, of what, and what they are scaled by."""
    least, most = number(part, "minReplicas"), number(part, "maxReplicas", default=0)
    if least is not None and most is not None and 0 < most < least:
        said = "minReplicas" if "minReplicas" in part else "maxReplicas"
        yield Hit(f"{where}/{said}", f"has at least {least} replicas, and at most {most}")
    for word, value in (("minReplicas", least), ("maxReplicas", most)):
        if value is not None and value < 0:
            yield Hit(f"{where}/{word}", f"{value} replicas are fewer than none")
    programs = [word for word in FRAMEWORKS if isinstance(part.get(word), dict)]
    if len(programs) > 1:
        yield Hit(f"{where}/{programs[1]}", f"has {' and '.join(programs)}, and KServe takes exactly one")
    elif not programs and "containers" not in part:
        yield Hit(where, "has no program: neither a model nor containers")
    metric = text_at(part, "scaleMetric")
    known = METRICS["hpa"] if mode in RAW and scaler == "hpa" else METRICS[""] if mode not in RAW and mode else ()
    if metric and known and metric not in known and not is_variable(metric):
        yield Hit(f"{where}/scaleMetric", f"is not scaled by {metric} here: {' or '.join(known)}")
    if mode and mode not in RAW and mapping_at(part, "deploymentStrategy"):
        yield Hit(f"{where}/deploymentStrategy", f"is for Deployments, and in mode {mode} there is none")


def of_canaries(spec: dict[str, Any], mode: str) -> Iterator[Hit]:
    """Several versions beside each other."""
    canaries = list(mappings_at(spec, "canary"))
    if canaries and mode and mode not in RAW:
        yield Hit("/spec/canary", f"canaries beside each other are for mode Standard, not {mode}")
    shares = [number(one, "trafficPercent", default=0) for _, one in canaries]
    if None not in shares and sum(share or 0 for share in shares) > 100:
        yield Hit("/spec/canary", f"{' + '.join(map(str, shares))} of 100 requests go to canaries")
    names: set[str] = {text_at(spec, "predictor", "name")}
    for index, one in canaries:
        name = text_at(one, "predictor", "name")
        if name in names:
            what = f"{name} is the name of another one" if name else "has no name"
            yield Hit(pointer("spec", "canary", index, "predictor"), f"{what}: each has its own")
        names.add(name)
