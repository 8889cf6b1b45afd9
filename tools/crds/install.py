"""What a controller's own install manifests hold that a lab needs beside the CRDs: webhooks and built-in runtimes.

They are built by the pinned kustomize, since upstream writes selectors of webhooks as patches. Everything else in them
(Deployments, roles, Services) is for a cluster that runs the controller in a pod.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

from tools.build import build
from tools.golang import BIN
from tools.schemas.module import download
from tools.schemas.source import SourceError
from tools.schemas.yaml12 import load_all

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("ClusterTrainingRuntime", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


def installed(module: str, folders: tuple[str, ...]) -> list[dict[str, Any]]:
    """Objects of these folders of a module, in their order; of a CRD that converts by webhook that part alone."""
    build("kustomize")
    home, _ = download(module)
    bodies = [body for folder in folders for body in _built(home / folder)]
    return [_conversion(one) if one["kind"] == "CustomResourceDefinition" else one for one in bodies if _is_wanted(one)]


def _built(folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run([BIN / "kustomize", "build", folder], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SourceError(f"kustomize build {folder}: {done.stderr.strip()[-600:]}")
    return [body for body in load_all(done.stdout) if isinstance(body, dict)]


def _is_wanted(body: dict[str, Any]) -> bool:
    converts = body["kind"] == "CustomResourceDefinition" and "webhook" in body["spec"].get("conversion", {})
    return converts or body["kind"] in KINDS


def _conversion(crd: dict[str, Any]) -> dict[str, Any]:
    about = {key: crd[key] for key in ("apiVersion", "kind")}
    name = {"name": crd["metadata"]["name"]}
    return {**about, "metadata": name, "spec": {"conversion": crd["spec"]["conversion"]}}
