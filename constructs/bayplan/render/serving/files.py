"""How the files of a model come into a pod.

- `oci`: the kubelet mounts the image itself (image volumes, stable since Kubernetes 1.36), and keeps it on the machine
  like any other image: the next replica there starts at once.
- `pvc`: a volume that is there is mounted, to be read only.
- `s3` and `hf`: a container fetches them onto the machine's disk before the program starts. In a mesh it goes past the
  proxy, which may not run yet: <https://istio.io/latest/docs/setup/additional-setup/cni/#compatibility-with-application-init-containers>

Source: <https://kubernetes.io/docs/tasks/configure-pod-container/image-volumes/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.render.serving.brought import Brought
from bayplan.spec.model_agreement import MODELS_FOLDER
from bayplan.spec.model_source import claim_of

if TYPE_CHECKING:
    from bayplan.render.api_object import Body
    from bayplan.spec.model import Model
    from bayplan.spec.traits.resources import Resources

VOLUME = "model"
FETCHER = "fetch-model"
_HTTPS = 443
_FACTS = "bayplan.dev/model"
_FETCHER_MIB = 2048
_ROOM_PERCENT = 110
"""Of the files' size: what is fetched lies beside what is unpacked of it for a moment."""


def path_of(model: Model) -> str:
    """Where its files are in a pod; the same for all versions, so that settings need not follow."""
    return f"{MODELS_FOLDER}/{model.name}"


def files_of(model: Model, resources: Resources) -> Brought:
    """Volume, mount and fetcher of a model, and settings by which a program finds it; `resources` are the program's."""
    fetched = model.kind in ("s3", "hf")
    return Brought(
        env=(("MODEL_NAME", model.name), ("MODEL_PATH", path_of(model)), ("MODEL_VERSION", model.version)),
        volumes=(_volume(model),),
        mounts=(_mount(model),),
        before=(_fetcher(model, resources),) if fetched else (),
        before_seconds=model.fetch_seconds,
        annotations=_facts(model),
        outside_ports=(_HTTPS,) if fetched else (),
    )


def image_of(model: Model) -> str:
    """Of a model in a registry: the image as a container runtime reads it."""
    image = model.source.removeprefix("oci://")
    return f"{image}@{model.digest}" if model.digest and "@" not in image else image


def _volume(model: Model) -> Body:
    if model.kind == "oci":
        return {"name": VOLUME, "image": {"reference": image_of(model), "pullPolicy": "IfNotPresent"}}
    if model.kind == "pvc":
        return {"name": VOLUME, "persistentVolumeClaim": {"claimName": claim_of(model.source)[0], "readOnly": True}}
    room = f"{-(-model.file_bytes * _ROOM_PERCENT // (100 * 2**20))}Mi" if model.file_bytes else None
    return {"name": VOLUME, "emptyDir": {"sizeLimit": room}}


def _mount(model: Model) -> Body:
    path = claim_of(model.source)[1] if model.kind == "pvc" else ""
    return {"name": VOLUME, "mountPath": path_of(model), "subPath": path or None, "readOnly": True}


def _fetcher(model: Model, resources: Resources) -> Body:
    source = f"{model.source}:{model.revision}" if model.revision else model.source
    return {
        "name": FETCHER,
        "image": model.fetched_by,
        "args": [source, path_of(model)],
        "env": [{"name": name, "value": "/tmp"} for name in ("HF_HOME", "HOME")],  # noqa: S108 - a path in the pod
        "envFrom": [{"secretRef": {"name": model.secret}}] if model.secret else None,
        # no more is promised to it than to the program: the pod is as large as the plan knows
        "resources": {
            "requests": {"cpu": resources.cpu, "memory": resources.memory},
            "limits": {"memory": f"{max(_FETCHER_MIB, resources.memory_mib)}Mi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "volumeMounts": [
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - a path in the pod
            {"name": VOLUME, "mountPath": path_of(model)},
        ],
    }


def _facts(model: Model) -> tuple[tuple[str, str], ...]:
    facts = {
        "": model.reference,
        "-source": model.source,
        "-revision": model.revision,
        "-digest": model.digest,
        "-format": model.format,
        "-licence": model.licence,
        "-signature": model.signature,
    }
    return tuple((f"{_FACTS}{name}", fact) for name, fact in facts.items() if fact)
