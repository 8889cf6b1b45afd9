"""Defects in folders of their own, each with its Flux Kustomization, and what Flux makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.defect import Scratch, deployment, reason, told

from bayplan.lab.reconcile import KUSTOMIZE, is_settled, request
from bayplan.lab.wait import NotYet

if TYPE_CHECKING:
    from pathlib import Path

FLUX = "flux-system"


def config_map(namespace: str, name: str, value: str = "a") -> str:
    """A ConfigMap with one key."""
    return f"""
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}, namespace: {namespace}}}
data: {{of: {value}}}
"""


def sync(name: str, *waits_for: str, folder: str = "", wait: str = "false") -> str:
    """A Flux Kustomization of the folder apps/<name> of cluster lab, or of another one."""
    return f"""
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: {FLUX}}}
spec:
  interval: 30m
  retryInterval: 2s
  timeout: 30s
  prune: true
  wait: {wait}
  path: ./dist/lab/apps/{folder or name}
  sourceRef: {{kind: GitRepository, name: bayplan}}
  dependsOn: [{", ".join(f"{{name: {one}}}" for one in waits_for)}]
"""


def with_good(name: str, bad: str) -> dict[str, str]:
    """A folder with one defect, and beside it an object that nothing is wrong with."""
    return {f"apps/{name}/good.yaml": config_map(name, "good"), f"apps/{name}/wrong.yaml": bad}


def about(namespace: str, what: str, spec: str) -> str:
    """An object `wrong` of an API version and kind."""
    version, kind = what.split()
    return f"""
---
apiVersion: {version}
kind: {kind}
metadata: {{name: wrong, namespace: {namespace}}}
{spec}
"""


SERVICE = "spec: {{ports: [{{name: http, port: {port}}}]{more}}}"
HPA = """
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: webb}, maxReplicas: 3}"""
SCALED = """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: try-scl002}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 6
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
"""
KINDS = {
    "yml001-twice": config_map("try-yml001-twice", "wrong").replace("{of: a}", "{of: a, of: b}"),
    "yml001-tab": config_map("try-yml001-tab", "wrong").replace("data: {of: a}", "data:\n\tof: a"),
    "yml001-tag": config_map("try-yml001-tag", "wrong", "!nobody a"),
    "sch001-type": about("try-sch001-type", "v1 Service", SERVICE.format(port='"80"', more="")),
    "sch001-field": about("try-sch001-field", "v1 Service", SERVICE.format(port=80, more=", selectors: {app: web}")),
    "sch001-custom": about(
        "try-sch001-custom",
        "networking.istio.io/v1 Sidecar",
        "spec: {selectors: {app: web}, egress: [{hosts: ['./*']}]}",
    ),
    "sch001-deep": deployment("try-sch001-deep", container=", ports: [{containerPort: 80, selectors: {}}]"),
    "sch002": about("try-sch002", "example.com/v1 Chatter", ""),
    "sch003": about("try-sch003", "policy/v1beta1 PodDisruptionBudget", "spec: {maxUnavailable: 1}"),
    "flx001-build": config_map("try-flx001-build", "good", "b"),
    "flx002": config_map("try-flx002", "wrong"),
    "flx003-a": config_map("try-flx003-a", "wrong"),
    "flx003-b": config_map("try-flx003-b", "wrong"),
    "flx003-later": config_map("try-flx003-later", "wrong"),
    "scl001-flux": about("try-scl001-flux", "autoscaling/v2 HorizontalPodAutoscaler", HPA),
    "scl002": deployment("try-scl002", container=", resources: {requests: {cpu: 100m}}") + SCALED,
}
EARLY = "apiVersion: v1\nkind: Namespace\nmetadata: {name: try-early}\n"
WAITS_FOR = {
    "try-flx002": ["try-nobody"],
    "try-flx003-a": ["try-flx003-b"],
    "try-flx003-b": ["try-flx003-a"],
    "try-flx003-later": ["try-flx003-a"],
}
TRIALS = [f"try-{name}" for name in KINDS]
SHARED = {
    "apps/try-one/x.yaml": config_map("try-one", "x", "one"),
    "apps/try-two/x.yaml": config_map("try-one", "x", "two"),
}
EMPTY = {"apps/try-rest/y.yaml": config_map("try-one", "y")}


def files_of(trial: str) -> dict[str, str]:
    """The folder of a trial, by path below dist/<cluster>."""
    early = {f"apps/{trial}/early.yaml": EARLY} if trial == "try-sch001-type" else {}
    return with_good(trial, KINDS[trial.removeprefix("try-")]) | early


def sync_of(trial: str) -> str:
    """Its Flux Kustomization."""
    return sync(trial, *WAITS_FOR.get(trial, ()), wait="true" if "scl" in trial else "false")


class Trials(Scratch):
    """Flux Kustomizations of scratch folders."""

    def status(self, name: str) -> tuple[str, str, str]:
        """What Flux says of one; NotYet while it is at work."""
        found = self.scene.get(KUSTOMIZE, "Kustomization", name, FLUX)
        said = reason(found, "Ready")
        if not is_settled(found) and said[0] != "False":
            raise NotYet(str(said))
        return said

    def await_status(self, name: str, ready: str) -> tuple[str, str]:
        """Reason and message once Ready is what it should be."""

        def there() -> tuple[str, str]:
            status, why, message = self.status(name)
            if status != ready or why == "Progressing":
                raise NotYet(f"{status} {why} {message}")
            return why, message

        found: tuple[str, str] = self.scene.wait(f"Ready={ready} of {name}", there)
        return found

    def again(self, name: str) -> None:
        """Have one apply once more, and wait until it has."""
        token = request(self.api, KUSTOMIZE, "Kustomization", name)

        def handled() -> None:
            found = self.scene.get(KUSTOMIZE, "Kustomization", name, FLUX)
            if found["status"].get("lastHandledReconcileAt") != token or not is_settled(found):
                raise NotYet(str(found["status"].get("conditions")))

        self.scene.wait(f"{name} to apply once more", handled)

    def has(self, namespace: str, name: str) -> bool:
        """Whether a ConfigMap is there."""
        return self.api.get("v1", "ConfigMap", name, namespace) is not None


def judged(trials: Trials, tmp_path: Path, *names: str) -> list[str]:
    """What check says of the tree with these trials."""
    files: dict[str, str] = {}
    for name in names:
        files |= files_of(name) | {f"flux/Kustomization.{name}.yaml": sync_of(name)}
    return told(trials.scene, tmp_path, unlisted(trials, files))


def unlisted(trials: Trials, files: dict[str, str]) -> dict[str, str]:
    """The same files with the new ones of flux/ in its kustomization.yaml."""
    listed = (trials.scene.tree / "flux/kustomization.yaml").read_text().rstrip("\n")
    new = "".join(f"\n- {file.removeprefix('flux/')}" for file in files if file.startswith("flux/"))
    return {**files, "flux/kustomization.yaml": f"{listed}{new}\n"}
