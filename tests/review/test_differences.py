"""What is told of an object that changes: every value, by its keys, and nothing that means nothing."""

from __future__ import annotations

import pytest
import yaml
from tests.review.beside import parts, told

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      tolerations: [{key: gpu}, {key: spot}]
      containers:
      - name: web
        image: registry.example.com/web:v1
        args: [--port=80, --verbose]
        env: [{name: A, value: "1"}, {name: B, value: "2"}]
        ports: [{containerPort: 8080, name: http}, {containerPort: 9090, name: metrics}]
        resources: {requests: {cpu: 1, memory: 1Gi}}
        volumeMounts: [{mountPath: /data, name: data}, {mountPath: /tmp, name: tmp}]
      - name: proxy
        image: registry.example.com/proxy:v1
      volumes: [{name: data, emptyDir: {}}, {name: tmp, emptyDir: {}}]
"""
FRONT = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}, {name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53}]
"""
POD = "spec.template.spec"
WEB_C = f"{POD}.containers[web]"


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("web:v1", "web:v2", [f'{WEB_C}.image: "registry.example.com/web:v1" -> "registry.example.com/web:v2"']),
        ('value: "2"', 'value: "3"', [f'{WEB_C}.env[B].value: "2" -> "3"']),
        ("[{name: A,", "[{name: C}, {name: A,", [f'{WEB_C}.env[C]:  -> {{"name": "C"}}']),
        ('{name: A, value: "1"}, ', "", [f'{WEB_C}.env[A]: {{"name": "A", "value": "1"}} -> ']),
        ("--port=80", "--port=81", [f'{WEB_C}.args[0]: "--port=80" -> "--port=81"']),
        ("[--port=80,", "[--new, --port=81,", [
            f'{WEB_C}.args[0]:  -> "--new"', f'{WEB_C}.args[1]: "--port=80" -> "--port=81"']),
        ("8080, name", "8081, name", [
            f'{WEB_C}.ports[8081/TCP]:  -> {{"containerPort": 8081, "name": "http"}}',
            f'{WEB_C}.ports[8080/TCP]: {{"containerPort": 8080, "name": "http"}} -> ']),
        ("9090,", "9090, protocol: UDP,", [
            f'{WEB_C}.ports[9090/UDP]:  -> {{"containerPort": 9090, "name": "metrics", "protocol": "UDP"}}',
            f'{WEB_C}.ports[9090/TCP]: {{"containerPort": 9090, "name": "metrics"}} -> ']),
        ("/data, name: data", "/data, name: tmp", [f'{WEB_C}.volumeMounts[/data].name: "data" -> "tmp"']),
        ("[{key: gpu}", "[{key: new}, {key: gpu}", [f'{POD}.tolerations[new]:  -> {{"key": "new"}}']),
        ("cpu: 1,", "cpu: 1500m,", [f'{WEB_C}.resources.requests.cpu: 1 -> "1500m"']),
        ("name: data, emptyDir: {}", "name: data, hostPath: {path: /x}", [
            f'{POD}.volumes[data].hostPath:  -> {{"path": "/x"}}']),
        ("  selector:", "  replicas: 1\n  selector:", ["spec.replicas:  -> 1"]),
        ("namespace: shop", "namespace: shop, labels: {a.b/c: d}", ['metadata.labels:  -> {"a.b/c": "d"}']),
    ],
)  # fmt: skip
def test_a_change_is_told_by_its_keys(old: str, new: str, wanted: list[str]) -> None:
    assert old in WEB
    assert told(WEB, WEB.replace(old, new)) == wanted


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cpu: 1,", "cpu: 1000m,"),
        ("memory: 1Gi", 'memory: "1073741824"'),
        ("args: [--p", "imagePullPolicy: IfNotPresent\n        args: [--p"),
        ("containerPort: 8080,", "containerPort: 8080, protocol: TCP,"),
        ("      tolerations", "      restartPolicy: Always\n      dnsPolicy: ClusterFirst\n      tolerations"),
        ("      tolerations", "      terminationGracePeriodSeconds: 30\n      securityContext: {}\n      tolerations"),
        ("      tolerations", "      hostNetwork: false\n      initContainers: []\n      tolerations"),
        ("  template:", "  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%}}\n  template:"),
        ("  template:", "  strategy: {}\n  progressDeadlineSeconds: 600\n  revisionHistoryLimit: 10\n  template:"),
        ("metadata: {name: web,", "metadata: {annotations: {}, labels: null, creationTimestamp: null, name: web,"),
        ("kind: Deployment", "kind: Deployment\nstatus: {replicas: 3}"),
    ],
)  # fmt: skip
def test_what_the_server_writes_itself_is_no_change(old: str, new: str) -> None:
    assert old in WEB
    assert told(WEB, WEB.replace(old, new)) == []


def test_only_the_file_of_an_origin_is_told() -> None:
    here, moved, other = (
        WEB.replace("metadata: {name", f"metadata: {{annotations: {{bayplan.dev/origin: {line}}}, name")
        for line in ("apps/web.yaml#L3", "apps/web.yaml#L9", "apps/shop.yaml#L3")
    )
    assert told(here, moved) == []
    assert [one.path for one in parts(here, other)] == ["metadata.annotations[bayplan.dev/origin]"]


def test_order_says_nothing_in_a_service() -> None:
    body = yaml.safe_load(FRONT)
    body["spec"]["ports"].reverse()
    assert told(FRONT, yaml.safe_dump(body, sort_keys=True)) == []


def test_ports_are_told_apart_by_number_and_protocol() -> None:
    assert told(FRONT, FRONT.replace("dns-tcp", "dnstcp")) == ['spec.ports[53/TCP].name: "dns-tcp" -> "dnstcp"']


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('A, value: "1"}, {name: B, value: "2"', 'B, value: "2"}, {name: A, value: "1"', f"{WEB_C}.env"),
        ("{key: gpu}, {key: spot}", "{key: spot}, {key: gpu}", f"{POD}.tolerations"),
        ("{name: data, emptyDir: {}}, {name: tmp, ", "{name: tmp, emptyDir: {}}, {name: data, ", f"{POD}.volumes"),
    ],
)  # fmt: skip
def test_order_in_a_template_is_told_since_the_pods_are_made_anew(old: str, new: str, where: str) -> None:
    assert old in WEB
    (found,) = parts(WEB, WEB.replace(old, new))
    assert (found.path, found.why) == (where, "only the order of its entries is another")


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("podSelector: {}", "namespaceSelector: {}", 2),
        ("[Ingress, Egress]", "[Egress, Ingress]", 0),
        ("  - from: [{podSelector: {}}]\n", "", 1),
        ("podSelector: {a: b}", "podSelector: {}", 1),
    ],
)
def test_an_empty_selector_is_not_none(old: str, new: str, wanted: int) -> None:
    policy = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {a: b}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {}}]
""".replace("{matchLabels: {a: b}}", "{a: b}" if "a: b" in old else "{matchLabels: {a: b}}")
    assert old in policy
    assert len(told(policy, policy.replace(old, new))) == wanted
