"""What works in production is called no error: laws that public repositories taught."""

from __future__ import annotations

from bayplan.validation.example import findings_in

FLUX = """
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec:
  interval: 1h
  path: {path}
  prune: true
  sourceRef: {{kind: GitRepository, name: flux-system}}
"""
SOURCE = """
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, url: "https://example.com/fleet.git", ref: {branch: main}}
"""
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: "registry.example.com/web@sha256:0"}}]}}
"""


def told(files: dict[str, str]) -> list[str]:
    return [f"{one.rule} {one.status.name} {one.file}" for one in findings_in(files)]


def test_kinds_that_the_flux_operator_adds_may_send_alerts() -> None:
    text = """
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Alert
metadata: {name: all, namespace: web}
spec:
  providerRef: {name: chat}
  eventSources: [{kind: KIND, name: "*"}]
"""
    assert not any("SCH001" in one for one in told({"alert.yaml": text.replace("KIND", "FluxInstance")}))
    assert "SCH001 BROKEN alert.yaml" in told({"alert.yaml": text.replace("KIND", "FluxInstanz")})


def test_workloads_in_files_of_their_own_may_be_alternatives() -> None:
    files = {"one.yaml": DEPLOYMENT.format(name="one"), "two.yaml": DEPLOYMENT.format(name="two")}
    assert told(files) == ["WRK002 UNKNOWN one.yaml", "WRK002 UNKNOWN two.yaml"]
    both = {"both.yaml": "---".join(files.values())}
    assert told(both) == ["WRK002 BROKEN both.yaml", "WRK002 BROKEN both.yaml"]


def test_what_is_filled_in_by_hand_is_no_broken_field() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: NAME}\n"
    assert told({"a.yaml": text.replace("NAME", "$NAMESPACE")}) == ["SCH001 UNKNOWN a.yaml"]
    assert told({"a.yaml": text.replace("NAME", "'<your namespace>'")}) == ["SCH001 UNKNOWN a.yaml"]
    assert told({"a.yaml": text.replace("NAME", "Web_Shop")}) == ["SCH001 BROKEN a.yaml"]


def test_kubectl_leaves_a_null_out_and_flux_does_not() -> None:
    queue = (
        "apiVersion: kueue.x-k8s.io/v1beta2\nkind: ResourceFlavor\nmetadata: {name: plain}\nspec: {nodeLabels: null}\n"
    )
    assert told({"queues/flavor.yaml": queue}) == ["SCH001 UNKNOWN queues/flavor.yaml"]
    applied = {"flux/syncs.yaml": FLUX.format(name="queues", path="./queues"), "queues/flavor.yaml": queue}
    assert "SCH001 BROKEN queues/flavor.yaml" in told(applied)


def test_a_kustomization_that_its_folder_leaves_out_is_applied_by_nobody() -> None:
    files = {
        "flux/sync.yaml": FLUX.format(name="apps", path="./apps"),
        "apps/kustomization.yaml": "resources: [used.yaml]\n",
        "apps/used.yaml": FLUX.format(name="used", path="./used"),
        "apps/idle.yaml": FLUX.format(name="idle", path="./idle"),
        "used/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 'Bad_Name', namespace: flux-system}\n",
        "idle/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 'Bad_Idea', namespace: flux-system}\n",
    }
    found = [one for one in told(files) if one.startswith("SCH001")]
    assert found == ["SCH001 UNKNOWN idle/settings.yaml", "SCH001 BROKEN used/settings.yaml"]


def test_a_patch_that_no_kustomization_lists_is_no_object() -> None:
    files = {
        "config/crd/kustomization.yaml": "resources: [bases/one.yaml]\n",
        "config/crd/bases/one.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: web}\n",
        "config/crd/patches/idle.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: one}\n",
    }
    assert [one for one in told(files) if "BROKEN" in one] == []


def test_files_of_other_programs_are_no_broken_manifests() -> None:
    files = {
        "mkdocs.yml": "markdown:\n  emoji: !!python/name:material.emoji\n",
        "bench/job.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {{.Name}}\n",
        "bench/queue.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: queue, namespace: flux-system}\n",
        "web/service.yaml": "apiVersion: v1\nkind: Service\n  metadata: {name: web}\n",
    }
    assert [one for one in told(files) if "BROKEN" in one] == ["YML001 BROKEN web/service.yaml"]
    applied = told(files | {"flux/sync.yaml": FLUX.format(name="bench", path="./bench")})
    assert "YML001 BROKEN bench/job.yaml" in applied
    assert "YML001 UNKNOWN web/service.yaml" in applied


def test_the_pods_of_flux_are_there_where_flux_is() -> None:
    monitor = """
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: flux, namespace: flux-system}
spec:
  selector: {matchLabels: {app: helm-controller}}
  podMetricsEndpoints: [{port: http-prom}]
"""
    assert "MON001 BROKEN pods.yaml" not in told({"pods.yaml": monitor, "source.yaml": SOURCE})


def test_alerts_may_use_every_function_of_prometheus() -> None:
    text = """
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: disk, namespace: web}
spec:
  groups: [{name: disk, rules: [{alert: Full, expr: "up == 0", annotations: {a: "{{ $value | humanize1024 }}"}}]}]
"""
    assert not any("MON009" in one for one in told({"rule.yaml": text}))


def test_one_finding_speaks_for_all_objects_of_a_kind_that_nobody_knows() -> None:
    text = "apiVersion: example.com/v1\nkind: Chatter\nmetadata: {name: NAME, namespace: web}\n"
    files = {f"{name}.yaml": text.replace("NAME", name) for name in ("one", "three", "two")}
    assert told(files) == ["SCH002 UNKNOWN one.yaml"]


def test_a_job_that_flux_does_not_apply_may_be_suspended() -> None:
    text = """
apiVersion: batch/v1
kind: Job
metadata: {name: train, namespace: web, labels: {kueue.x-k8s.io/queue-name: big}}
spec:
  suspend: true
  template:
    spec:
      restartPolicy: Never
      containers: [{name: train, image: "registry.example.com/train@sha256:0"}]
"""
    assert "FLX018 UNKNOWN job.yaml" in told({"job.yaml": text})


def test_kuberay_gives_its_pods_memory_to_share_and_volumes() -> None:
    text = """
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: train, namespace: web}
spec:
  headGroupSpec:
    rayStartParams: {}
    template:
      spec:
        containers:
          - name: head
            image: registry.example.com/ray@sha256:0
            resources: {limits: {nvidia.com/gpu: 4}}
          - name: collector
            image: registry.example.com/collector@sha256:0
            volumeMounts: [{name: ray-token, mountPath: /token}]
"""
    assert [one for one in told({"ray.yaml": text}) if "CAP008" in one or "WRK003" in one] == []


def test_a_single_pod_may_need_no_name_of_its_own() -> None:
    text = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store, namespace: web}
spec:
  replicas: 1
  serviceName: store
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec: {containers: [{name: store, image: "registry.example.com/store@sha256:0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: store, namespace: web}
spec: {selector: {app: store}, ports: [{name: tcp, port: 5432}]}
"""
    assert told({"store.yaml": text}) == ["WRK015 UNKNOWN store.yaml"]
    assert told({"store.yaml": text.replace("replicas: 1", "replicas: 3")}) == ["WRK015 BROKEN store.yaml"]


def test_a_definition_may_list_any_json() -> None:
    text = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: chatters.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Chatter, plural: chatters, singular: chatter, listKind: ChatterList}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, properties: {spec: {type: string, enum: [low, high]}}}}
"""
    assert told({"crd.yaml": text}) == []


def test_names_that_a_shell_fills_in_are_missing_from_no_tree() -> None:
    text = """
apiVersion: v1
kind: Pod
metadata: {name: train, namespace: web}
spec:
  serviceAccountName: NAME
  containers: [{name: train, image: "registry.example.com/train@sha256:0"}]
"""
    assert told({"pod.yaml": text.replace("NAME", "$ACCOUNT")}) == [
        "REF001 UNKNOWN pod.yaml",
        "SCH001 UNKNOWN pod.yaml",
    ]
    assert told({"pod.yaml": text.replace("NAME", "trainer")}) == ["REF001 BROKEN pod.yaml"]


def test_flux_applies_what_has_labels_that_are_no_text_without_them() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: flux-system, labels: {is-on: true}}\n"
    assert told({"web/one.yaml": text}) == ["SCH001 BROKEN web/one.yaml"]
    applied = told({"web/one.yaml": text, "flux/sync.yaml": FLUX.format(name="web", path="./web")})
    assert "SCH001 UNKNOWN web/one.yaml" in applied
