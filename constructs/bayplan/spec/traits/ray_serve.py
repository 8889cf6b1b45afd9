"""A model that Ray Serve answers for: the application, and what runs beside its replicas."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bayplan.spec.name import VersionText
from bayplan.spec.traits.resources import Resources
from bayplan.spec.word import Word
from bayplan.spec.wrong import refuse, show

_IMPORT_PATH = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$"


def _check_path(text: str) -> str:
    if not re.fullmatch(_IMPORT_PATH, text, re.ASCII) or len(text) > 200:
        refuse(
            f"{show(text)} names no application", 'Write "pictures.serve:app": a module of the image, ":", its name.'
        )
    return text


ImportPath = Annotated[str, AfterValidator(_check_path), Field(json_schema_extra={"pattern": _IMPORT_PATH})]
DeploymentName = Annotated[str, Field(pattern=r"^[A-Za-z_][-\w]{0,99}$")]


class RayServe(Word):
    """An application of Ray Serve on a Ray cluster of its own: the image holds Ray and the program.

    Each replica of `deployment` has a pod for itself, with the `resources` and accelerators of the server. Other
    deployments of the application find room beside them if they ask for nothing: `num_cpus: 0` in the program. Without
    its head all replicas start anew. Its pods stay out of the mesh: Ray's parts find each other by address.
    """

    app: ImportPath
    """Where the application is, as `serve run` takes it: `"pictures.serve:app"`."""
    deployment: DeploymentName
    """The deployment of which `replicas` and `autoscale` speak: the class, or the name that the program gives it."""
    version: VersionText = "2.52.0"
    """Version of Ray in the image."""
    head: Resources = Resources(cpu="1", memory="2Gi")
    """What the pod uses that keeps the cluster; no replica runs on it."""
