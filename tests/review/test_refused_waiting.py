"""Where Flux stops, who waits, and what does not happen because of it."""

from __future__ import annotations

from tests.review.rolled import workload
from tests.review.step import compared

from bayplan.review.effects import effects_of

SOURCE = """# file: demo/flux/source.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1h, url: "https://git.example.com/a/b"}
"""
JOB = """apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: shop}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "web:v1"}]}}}
"""
DEFINITION = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: trains.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Train, listKind: TrainList, plural: trains, singular: train}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {gauge: {type: integer}}}}}}
"""
OTHER = DEFINITION.replace("gauge: {type: integer}", "width: {type: integer}")
STRICT = DEFINITION.replace("spec: {type: object, ", "spec: {type: object, required: [gauge], ")
TRAIN = "apiVersion: example.com/v1\nkind: Train\nmetadata: {name: night, namespace: shop}\nspec: {gauge: 9}\n"


def sync(name: str, more: str = "") -> str:
    """A Kustomization of ./demo/<name>; `more` are words of its spec."""
    return f"""# file: demo/flux/{name}.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec: {{interval: 1h, path: ./demo/{name}, prune: true, sourceRef: {{kind: GitRepository, name: flux-system}}{more}}}
"""


def after(name: str) -> str:
    """Words of a spec."""
    return f", dependsOn: [{{name: {name}}}]"


def tree(*syncs: str, **files: str) -> str:
    """Kustomizations and what stands in their folders."""
    return SOURCE + "".join(syncs) + "".join(f"# file: demo/{name}/all.yaml\n{text}" for name, text in files.items())


def told(base: str, head: str) -> dict[str, tuple[str, str]]:
    """Code to what is said and what is in doubt."""
    found = [one for cluster in compared(base, head) for one in effects_of(cluster)]
    return {f"{one.code} {one.ref.name}": (one.says, one.doubt) for one in found}


def test_flux_stops_and_others_wait() -> None:
    syncs = (sync("apps"), sync("logs", after("apps")), sync("metrics", after("logs")), sync("other"))
    texts = {"apps": f"{JOB}---\n{workload()}", "metrics": workload().replace("name: web,", "name: metrics,")}
    base = tree(*syncs, **texts, other=workload().replace("name: web,", "name: other,"))
    found = told(base, base.replace("web:v1", "web:v2"))
    says, doubt = found["change-refused migrate"]
    assert says.endswith(
        "; Flux stops at Kustomization apps and applies none of its 2 changes; logs, metrics wait for it"
    )
    assert doubt == ""
    assert found["pods-roll web"][1] == "Flux stops at Kustomization apps before that (Job shop/migrate)"
    assert found["pods-roll metrics"][1] == "Kustomization metrics waits for apps, where Flux stops"
    assert found["pods-roll other"][1] == ""


def test_definitions_and_namespaces_are_applied_before() -> None:
    base = tree(sync("apps"), apps=f"{JOB}---\n{DEFINITION}---\n{TRAIN}")
    found = told(base, base.replace("web:v1", "web:v2").replace(DEFINITION, OTHER))
    assert found["definition-refuses-objects trains.example.com"][1] == ""
    assert found["change-refused migrate"][0].endswith("; Flux stops at Kustomization apps")


def test_an_object_that_its_definition_refuses_now() -> None:
    syncs = (sync("apis"), sync("apps", after("apis")), sync("logs", after("apps")))
    base = tree(
        *syncs, apis=DEFINITION, apps=f"{TRAIN}---\n{workload()}", logs=workload().replace("name: web,", "name: l,")
    )
    found = told(base, base.replace(DEFINITION, OTHER).replace("web:v1", "web:v2"))
    says = found["object-refused night"][0]
    assert says.startswith("cannot be applied any more, although it has not changed: `gauge` is no field of `spec`")
    assert says.endswith("; Flux stops at Kustomization apps; logs waits for it")
    assert found["pods-roll web"][1]
    assert found["pods-roll l"][1]


def test_the_api_server_forgives_what_stays_as_it_is() -> None:
    base = tree(sync("apis"), sync("apps", after("apis")), apis=DEFINITION, apps=TRAIN.replace("{gauge: 9}", "{}"))
    assert told(base, base.replace(DEFINITION, STRICT)) == {
        "definition-refuses-objects trains.example.com": (
            "refuses 1 object that it took before, once that part changes or it is to be made anew: Train shop/night",
            "",
        )
    }


def test_another_type_is_not_even_read() -> None:
    base = tree(sync("apis"), sync("apps", after("apis")), apis=DEFINITION, apps=TRAIN)
    found = told(base, base.replace("gauge: {type: integer}", "gauge: {type: string}"))
    assert found["object-refused night"][0].startswith("cannot be applied any more, although it has not changed")


def test_a_suspended_kustomization_applies_nothing() -> None:
    base, head = (tree(sync("apps", ", suspend: true"), apps=workload(image)) for image in ("v1", "v2"))
    assert told(base, head)["pods-roll web"][1] == "Kustomization apps is suspended, and applies nothing"


def test_who_waits_for_the_health_of_who_stops() -> None:
    flux = """# file: demo/root/root.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: root, namespace: flux-system}
spec: {interval: 1h, path: ./demo/flux, prune: true, wait: true, sourceRef: {kind: GitRepository, name: flux-system}}
"""
    later = sync("later", after("root")).replace("demo/flux/later.yaml", "demo/root/later.yaml")
    base = flux + later + tree(sync("apps"), apps=JOB, later=workload())
    found = told(base, base.replace("web:v1", "web:v2"))
    assert found["change-refused migrate"][0].endswith("; later waits for it")
    assert found["pods-roll web"][1] == "Kustomization later waits for apps, where Flux stops"


def test_a_tree_without_flux_names_none() -> None:
    assert told(JOB, JOB.replace("web:v1", "web:v2"))["change-refused migrate"][0] == (
        "cannot be applied: the pod template of a Job cannot change once the object is there"
    )


def test_what_check_says_is_refused_stops_flux_as_well() -> None:
    base = tree(sync("apps"), apps=f"{workload()}---\n{TRAIN.replace('{gauge: 9}', '{}')}---\n{DEFINITION}")
    head = base.replace("web:v1", "web:v2").replace("replicas: 3", "replicas: 3\n  progressDeadlineSeconds: many")
    assert told(base, head)["pods-roll web"][1] == "the API server does not take the object as it is"
    other = f"---\n{workload().replace('name: web,', 'name: other,')}"
    found = told(
        base.replace("---\napiVersion: example", f"{other}---\napiVersion: example"),
        head.replace("---\napiVersion: example", f"{other.replace('web:v1', 'web:v2')}---\napiVersion: example"),
    )
    assert found["pods-roll other"][1] == "Flux stops at Kustomization apps before that (Deployment shop/web)"


def test_what_is_forced_beside_what_is_refused_may_be_gone() -> None:
    force = "namespace: shop, annotations: {kustomize.toolkit.fluxcd.io/force: enabled}"
    forced = JOB.replace("name: migrate", "name: seed").replace("namespace: shop", force)
    base = tree(sync("apps"), apps=f"{JOB}---\n{forced}")
    says, doubt = told(base, base.replace("web:v1", "web:v2"))["object-replaced seed"]
    assert says.startswith("is deleted and made anew")
    assert doubt.endswith("it may be deleted, and not made anew before that is mended")


def test_pods_of_a_namespace_that_is_deleted() -> None:
    home = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
    base = tree(sync("homes"), sync("apps"), homes=home + "---\n" + home.replace("shop", "other"), apps=workload())
    head = tree(sync("homes"), sync("apps"), homes=home.replace("shop", "other"), apps=workload("v2"))
    assert told(base, head)["pods-roll web"][1] == "Namespace shop is deleted in the same step"


def test_force_deletes_what_is_invalid() -> None:
    force = ", annotations: {kustomize.toolkit.fluxcd.io/force: enabled}"
    base = workload(meta=force)
    head = workload(meta=force, pod="restartPolicy: Never")
    assert told(base, head)["deleted-by-force web"] == ("is deleted with its 3 pods, and cannot be made anew", "")
    assert "deleted-by-force web" not in told(workload(), head.replace(force, ""))
    assert "deleted-by-force web" not in told(base, base.replace("replicas: 3", "replicas: many"))  # is not even read
