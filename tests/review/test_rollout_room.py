"""Updates that cannot go on: no node, no accelerator, no quota and no volume for the pod that should come first."""

from __future__ import annotations

import pytest
import yaml
from tests.review.rolled import workload

from bayplan.review.comparison import compare
from bayplan.review.effects import rollout
from bayplan.spec.cluster import Cluster
from bayplan.validation.example import files_of, read_all
from bayplan.validation.run import survey

CLUSTER = Cluster.model_validate(
    yaml.safe_load("""
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {flux: "2.9"}
source: {url: "https://git.example.com/platform.git"}
pools:
- {name: general, instance: {cpu: "8", memory: 30Gi, usd_per_hour: "0.4"}, zones: [a], nodes: {min: 2, max: 3}}
- {name: l4, instance: g6.2xlarge, zones: [a], nodes: {max: 2}}
""")
)
FIRST = "strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}"
APART = (
    "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
    "[{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}"
)
BY_HASH = APART.replace("labelSelector", "matchLabelKeys: [pod-template-hash], labelSelector")
LARGE = "resources: {requests: {cpu: 5}}"
GPU = 'resources: {limits: {nvidia.com/gpu: "1"}}'
ON_GPU = "tolerations: [{key: nvidia.com/gpu, operator: Exists}]"
TRAINER = f"""---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: trainer, namespace: shop}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: trainer}}}}
  template:
    metadata: {{labels: {{app: trainer}}}}
    spec: {{{ON_GPU}, containers: [{{name: a, image: "a:1", {GPU}}}]}}
"""
QUOTA = """---
apiVersion: v1
kind: ResourceQuota
metadata: {name: few, namespace: shop}
spec: {hard: {pods: "3"}}
"""
CLAIM = """---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec: {accessModes: [ReadWriteOncePod], resources: {requests: {storage: 1Gi}}}
"""
MOUNTED = "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]"
FULL = "does not roll: the new pod comes first, and "


def told(base: str, head: str) -> list[str]:
    """What is told of the rollouts of a cluster whose pools are known."""
    trees = [read_all(files_of(f"# file: lab/apps/all.yaml\n{text}"))[0] for text in (base, head)]
    before = survey(trees[0], clusters=(CLUSTER,))
    after = survey(trees[1], clusters=(CLUSTER,), base=before.worlds)
    found = (one for cluster in compare(before.worlds, after.worlds, ()) for one in rollout.effects(cluster))
    return [f"{one.code}{'?' if one.doubt else ''}: {one.says}" for one in found]


def web(replicas: int, container: str = "", pod: str = "", strategy: str = FIRST, kind: str = "Deployment") -> str:
    """A workload of so many pods."""
    text = workload("v1", f"replicas: {replicas}\n{strategy}", pod=pod, kind=kind)
    return text.replace('image: "web:v1"', f'image: "web:v1", {container}') if container else text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (web(3, LARGE), "the pools have room for 3 such pods at their most; 3 old pods run on"),
        (web(5, pod=APART + "\n" + ON_GPU), "the pools have room for 5 such pods at their most; 5 old pods run on"),
        (web(2, GPU, ON_GPU), "the pools have room for 2 such pods at their most; 2 old pods run on"),
        (web(1, GPU, ON_GPU) + TRAINER, "all 2 nvidia.com/gpu of the pools are in use when everybody runs"),
        (web(3) + QUOTA, "quota few has no pods left for it; 3 old pods run on"),
        (web(1, pod=MOUNTED) + CLAIM, "claim data is for one pod at a time (ReadWriteOncePod), which the old one is"),
    ],
)  # fmt: skip
def test_nothing_rolls(text: str, says: str) -> None:
    (line,) = told(text, text.replace("web:v1", "web:v2"))
    assert line.startswith(f"rollout-stuck: {FULL}{says}")


@pytest.mark.parametrize(
    "text",
    [
        web(2, LARGE),
        web(3, LARGE, strategy="strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}"),
        web(4, pod=APART + "\n" + ON_GPU),
        web(5, pod=BY_HASH + "\n" + ON_GPU),
        web(1, GPU, ON_GPU),
        web(2) + QUOTA,
        web(1, pod=MOUNTED, strategy="strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}") + CLAIM,
    ],
)
def test_there_is_room(text: str) -> None:
    (line,) = told(text, text.replace("web:v1", "web:v2"))
    assert line.startswith("pods-roll: ")


def test_new_pods_that_go_elsewhere_are_not_in_the_way_of_the_old() -> None:
    assert told(web(3, LARGE), web(3, "resources: {requests: {cpu: 4}}"))[0].startswith("pods-roll: ")


def test_a_volume_of_one_node_is_in_doubt() -> None:
    text = web(1, pod=MOUNTED) + CLAIM.replace("ReadWriteOncePod", "ReadWriteOnce")
    assert told(text, text.replace("web:v1", "web:v2"))[0].startswith("rollout-stuck?: ")


def test_the_nodes_of_a_daemon_set_are_counted() -> None:
    agent = web(1, kind="DaemonSet", strategy="").replace("  replicas: 1\n", "")
    assert told(agent, agent.replace("web:v1", "web:v2")) == [
        "pods-roll: rolls its pod on 2 to 3 nodes, 1 node at a time"
    ]
    everywhere = agent.replace("    spec:", "    spec:\n      tolerations: [{operator: Exists}]")
    assert told(everywhere, everywhere.replace("web:v1", "web:v2"))[0].startswith(
        "pods-roll: rolls its pod on 2 to 5 nodes"
    )
