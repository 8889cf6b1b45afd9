"""Kubernetes objects in a cdk8s tree, with few crossings from Python to Node.

cdk8s' own ApiObject takes only metadata from Python, and every leaf that crosses costs: an object of 70 leaves took
3.4 ms with JSON patches, and takes 0.7 ms as one text (measured on 2 busy cores). So the other half of this file is a
jsii module of our own, `api_object.js`, as `cdk8s import` would make one for a CRD.
"""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cdk8s
import jsii
from constructs import Construct

from bayplan.manifests.origin import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Body = dict[str, Any]
"""A Kubernetes object or a part of one, as plain data."""

_MODULE = "bayplan"
_VERSION = "0.0.0"


def _load_module() -> None:
    here = files("bayplan.render")
    about = {"name": _MODULE, "version": _VERSION, "main": "api_object.js", "jsii": {}}
    members = {
        "package.json": json.dumps(about).encode(),
        ".jsii": here.joinpath("api_object.json").read_bytes(),
        "api_object.js": here.joinpath("api_object.js").read_bytes(),
    }
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "bayplan.tgz"
        with tarfile.open(package, "w:gz") as tar:
            for name, data in members.items():
                member = tarfile.TarInfo(f"package/{name}")
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
        jsii.load(_MODULE, _VERSION, str(package))


_load_module()


class Folder(cdk8s.Chart):
    """A chart that becomes one folder below dist/, and remembers what was put into it."""

    def __init__(self, scope: Construct, id: str) -> None:  # noqa: A002 - as all constructs name it
        super().__init__(scope, id, disable_resource_name_hashes=True)
        self.bodies: list[Body] = []


class ApiObject(cdk8s.ApiObject, metaclass=jsii.JSIIMeta, jsii_type="bayplan.ApiObject"):
    """One object, exactly as its body says: explicit name, nothing added but the line that asked for it."""

    def __init__(
        self,
        scope: Construct,
        id: str | None = None,  # noqa: A002 - as all constructs name it
        *,
        body: Mapping[str, Any],
        origin: str = "",
    ) -> None:
        """`id` is the kind by default; `origin` is a line such as `apps/chat.yaml#L12`. None in a body is left out."""
        whole = _whole(body, origin)
        _bodies_of(scope).append(whole)
        jsii.create(self.__class__, self, [scope, id or whole["kind"], json.dumps(whole)])


class Part(Construct, metaclass=jsii.JSIIMeta, jsii_type="bayplan.Part"):
    """A construct of several objects of different kinds, which cross together; each is a child named by its kind.

    Of several of one kind, those after the first have their own names behind it, and those that are called alike in
    several namespaces these, too.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - as all constructs name it
        *,
        bodies: Iterable[Mapping[str, Any]],
        origin: str = "",
    ) -> None:
        wholes = [_whole(body, origin) for body in bodies]
        self.bodies: list[Body] = _bodies_of(scope)
        """What was put into the folder so far; in a chart of somebody else, into this construct."""
        self.bodies.extend(wholes)
        jsii.create(self.__class__, self, [scope, id, json.dumps(wholes)])


class _Synthesis(metaclass=jsii.JSIIMeta, jsii_type="bayplan.Synthesis"):
    """The static side of api_object.js."""


def synthesise(app: cdk8s.App) -> dict[str, list[Body]]:
    """All objects of an app by the path of their chart, in the order in which they were made, in one crossing."""
    text: str = jsii.sinvoke(_Synthesis, "json", [app])
    return dict(json.loads(text))


def _bodies_of(scope: Construct) -> list[Body]:
    return scope.bodies if isinstance(scope, (Folder, Part)) else []


def _whole(body: Mapping[str, Any], origin: str) -> Body:
    whole: Body = written(dict(body))
    if origin:
        whole["metadata"].setdefault("annotations", {})[ORIGIN] = origin
    return whole


def written(value: Any) -> Any:  # noqa: ANN401 - any part of a body
    """As it is written: what is None is not there."""
    if isinstance(value, dict):
        return {key: written(part) for key, part in value.items() if part is not None}
    if isinstance(value, (list, tuple)):
        return [written(part) for part in value]
    return value
