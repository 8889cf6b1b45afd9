"""Workloads as text, and what is told of their pods."""

from __future__ import annotations

from tests.review.step import effects_between

FINDERS = ("refused", "rollout", "runs", "rollout_settings", "rollout_meshes", "rollout_releases")
SERVICE = """---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""


def workload(
    image: str = "v1", spec: str = "replicas: 3", *, kind: str = "Deployment", pod: str = "", meta: str = ""
) -> str:
    """A workload of apps/v1; `spec` and `pod` are lines of YAML in flow style, one a line."""
    lines = "".join(f"\n  {line}" for line in spec.splitlines())
    more = "".join(f"\n      {line}" for line in pod.splitlines())
    return f"""apiVersion: apps/v1
kind: {kind}
metadata: {{name: web, namespace: shop{meta}}}
spec:{lines}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:{more}
      containers: [{{name: web, image: "web:{image}"}}]
"""


def told(base: str, head: str) -> list[str]:
    """`pods-roll NOTE 3/0: rolls 3 pods ...`, with `?` behind what is not sure: pods, and those missing at worst."""
    return [
        f"{one.code} {one.weight.name}{'?' if one.doubt else ''} {one.pods}/{one.pods_down}: {one.says}"
        for one in effects_between(base, head, *FINDERS)
    ]
