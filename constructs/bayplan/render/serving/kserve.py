"""A model server that KServe runs: an InferenceService in its Standard mode, which makes a Deployment.

All that the program needs stands in the predictor: our pod, with the name that KServe gives its container. Address,
network, identity and autoscaler stay ours, so that KServe makes no Ingress for it (`cluster-local`) and moves no
replicas (`none`, or `external` where an autoscaler of ours does).

Source: <https://kserve.github.io/website/docs/concepts/architecture/control-plane>, pkg/controller/v1beta1 of 0.20.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.deployment import deployment

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.render.container import Serving
    from bayplan.render.site import Place
    from bayplan.spec.workloads.model_server import ModelServer

API_VERSION, KIND = "serving.kserve.io/v1beta1", "InferenceService"
CONTAINER = "kserve-container"
VISIBILITY = {"networking.kserve.io/visibility": "cluster-local"}


def deployed_as(name: str) -> str:
    """The Deployment that KServe makes of an InferenceService."""
    return f"{name}-predictor"


def modes(server: ModelServer) -> dict[str, str]:
    """Annotations by which KServe leaves networks and numbers to us."""
    return {
        "serving.kserve.io/deploymentMode": "Standard",
        "serving.kserve.io/autoscalerClass": "external" if server.autoscale else "none",
    }


def inference_service(server: ModelServer, serving: Serving, place: Place) -> Body:
    """The spec of an InferenceService with a predictor of its own."""
    made = deployment(server, serving, place, None)
    template = made["template"]
    pod, metadata = template["spec"], template["metadata"]
    program = {**pod["containers"][0], "name": CONTAINER}
    least = 0 if place.waits else server.replicas_min
    return {
        "predictor": {
            "minReplicas": least,
            "maxReplicas": max(1, least if place.waits else server.replicas_max),
            "deploymentStrategy": made["strategy"],
            "labels": metadata["labels"],
            "annotations": metadata.get("annotations"),
            **pod,
            "containers": [program],
        }
    }
