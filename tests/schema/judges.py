"""The independent judges, as a user runs them: kubeconform -strict over files, kustomize build of a folder.

For any test that has YAML to prove: `from tests.schema.judges import conform, kustomize_build`. Both skip, with the
reason that `make tools` gave, where the judge could not be built. Nothing here reaches the network.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bayplan.lab.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
LOCATIONS = (
    # CRDs first: kubeconform knows core groups by their first word, and would take Volcano's
    # scheduling.volcano.sh/v1beta1 PodGroup for scheduling.k8s.io/v1beta1
    f"{SCHEMAS}/crds/{{{{.Group}}}}/{{{{.ResourceKind}}}}_{{{{.ResourceAPIVersion}}}}.json",
    f"{SCHEMAS}/kubernetes/{{{{.NormalizedKubernetesVersion}}}}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What kubeconform says about one object."""

    file: str
    kind: str
    name: str
    status: str
    """statusValid, statusInvalid, or statusError: it could not be judged."""
    message: str


def judge_binary(name: str) -> Path:
    """The built judge; skips the test, and says why, where there is none."""
    parts = Parts(folder=ROOT / ".cache")
    if why := parts.why_missing(name):
        pytest.skip(f"{name}: {why}: run `make tools`")
    return parts.binary(name)


def conform(paths: Iterable[Path], *, kubernetes: str) -> list[Verdict]:
    """kubeconform's verdict on every object in files and folders, by the schemas of a Kubernetes minor ("1.37").

    kustomization.yaml is left out: it is no object, and `kustomize_build` judges it.
    """
    locations = [word for location in LOCATIONS for word in ("-schema-location", location)]
    version = ["-kubernetes-version", f"{kubernetes}.0"]
    how = ["-strict", "-verbose", "-output", "json", "-ignore-filename-pattern", r"(^|/)kustomization\.yaml$"]
    command = [str(judge_binary("kubeconform")), *how, *version, *locations, *(str(path) for path in paths)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.stdout, answer.stderr[-2000:]
    return sorted((_verdict(one) for one in json.loads(answer.stdout)["resources"]), key=lambda one: one.file)


def kustomize_build(folder: Path) -> str:
    """The YAML that `kustomize build` makes of a folder, with the kustomize that Flux is built with."""
    command = [str(judge_binary("kustomize")), "build", str(folder)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, f"kustomize build {folder}: {answer.stderr}"
    return answer.stdout


def _verdict(one: dict[str, str]) -> Verdict:
    return Verdict(
        file=one["filename"],
        kind=f"{one['version']} {one['kind']}",
        name=one["name"],
        status=one["status"],
        message=one["msg"],
    )
