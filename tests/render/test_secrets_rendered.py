"""Secrets as a cluster gets them: fetched or sealed, in settings and files, and never plain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.render.words import IMAGE, lab, one, plan
from tests.schema.judges import conform

from bayplan import (
    App,
    BatchJob,
    ModelServer,
    Search,
    Service,
    SparkJob,
    Storage,
    TrainingJob,
    TuningJob,
    Workspace,
)
from bayplan.render.api_object import synthesise
from bayplan.render.tree import build
from bayplan.spec.platform import Platform
from bayplan.spec.sealed import Sealed
from bayplan.validation import check
from bayplan.validation.finding import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syrupy.assertion import SnapshotAssertion

CIPHER = "ENC[AES256_GCM,data:{},iv:AA==,tag:AA==,type:str]"
STORE = {"flux": "2.9", "istio": "1.31", "istio-cni": "1.31", "external-secrets": "1.3"}
SECRETS = {
    "DB_PASSWORD": "payments/db#password",
    "DB_USER": "payments/db#user",
    "/etc/bus/ca.pem": "payments/bus#ca.crt",
}


def shop() -> App:
    web = Service(name="web", image=IMAGE, secrets=SECRETS, storage=Storage(claim="pictures", read_only=True))
    return App(name="shop", team="web", workloads=[web])


def sealed(name: str, keys: tuple[str, ...], cipher: str = "aGVsbG8=") -> Sealed:
    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": "shop"},
        "stringData": {key: CIPHER.format(cipher) for key in keys},
        "sops": {"mac": CIPHER.format("bWFj"), "version": "3.11.0"},
    }
    return Sealed(cluster="lab", app="shop", name=name, body=body, origin=f"secrets/lab/shop/{name}.yaml#L1")


def made(*files: Sealed, **words: object) -> Mapping[str, list[dict[str, Any]]]:
    cluster = lab(**words)
    platform = Platform(root=Path(), apps=(shop(),), clusters=(cluster,), sealed=files)
    return synthesise(build(platform, {"lab": plan([shop()])}))


def in_files(cipher: str = "aGVsbG8=") -> Mapping[str, list[dict[str, Any]]]:
    return made(sealed("payments-db", ("password", "user"), cipher), sealed("payments-bus", ("ca.crt",)))


def test_a_store_is_asked_for_what_is_named_and_nothing_else(golden: SnapshotAssertion) -> None:
    folder = made(controllers=STORE, secrets={"store": "vault"})["lab/apps/shop"]
    assert [body for body in folder if body["kind"] == "ExternalSecret"] == golden


def test_a_pod_finds_its_secrets(golden: SnapshotAssertion) -> None:
    template = one(in_files()["lab/apps/shop"], "Deployment")["spec"]["template"]
    (container,) = template["spec"]["containers"]
    seen = {"env": container["env"], "mounts": container["volumeMounts"], "volumes": template["spec"]["volumes"]}
    assert [seen] == golden


def test_what_is_sealed_is_passed_on_and_flux_opens_it() -> None:
    tree = in_files()
    secret = one(tree["lab/apps/shop"], "Secret", "payments-db")
    assert secret["stringData"] == sealed("payments-db", ("password", "user")).body["stringData"]
    assert secret["sops"]["version"] == "3.11.0"
    assert one(tree["lab/flux"], "Kustomization", "apps-shop")["spec"]["decryption"] == {"provider": "sops"}
    keyed = made(sealed("payments-db", ("password", "user")), secrets={"keys": "sops-age"}, controllers=STORE)
    decryption = one(keyed["lab/flux"], "Kustomization", "apps-shop")["spec"]["decryption"]
    assert decryption == {"provider": "sops", "secretRef": {"name": "sops-age"}}
    assert "decryption" not in one(tree["lab/flux"], "Kustomization", "platform")["spec"]


def test_a_secret_that_is_sealed_anew_rolls_its_readers() -> None:
    def seal(tree: Mapping[str, list[dict[str, Any]]]) -> str:
        metadata = one(tree["lab/apps/shop"], "Deployment")["spec"]["template"]["metadata"]
        return str(metadata["annotations"].get("bayplan.dev/sealed", ""))

    assert seal(in_files()) == seal(in_files()) != ""
    assert seal(in_files()) != seal(in_files("d29ybGQ="))
    assert seal(made(controllers=STORE, secrets={"store": "vault"})) == ""


EVERY_KIND = {
    "BatchJob": BatchJob(name="one", image=IMAGE, secrets=SECRETS),
    "ModelServer": ModelServer(name="one", image=IMAGE, secrets=SECRETS),
    "SparkJob": SparkJob(name="one", image=IMAGE, secrets=SECRETS, file="local:///opt/job.py"),
    "TrainingJob": TrainingJob(name="one", image=IMAGE, secrets=SECRETS, framework="pytorch", workers=2),
    "TuningJob": TuningJob(
        name="one",
        image=IMAGE,
        secrets=SECRETS,
        command=("python", "train.py"),
        space={"rate": Search(low=0.1, high=0.2)},
        metric="loss",
        goal="min",
    ),
    "Workspace": Workspace(
        name="one", image=IMAGE, secrets=SECRETS, owner="ada@example.com", storage=Storage(size="1Gi")
    ),
}


def test_images_are_pulled_with_the_login_of_the_app() -> None:
    cluster = lab(controllers=STORE, secrets={"store": "vault"})
    web = Service(name="web", image=IMAGE)
    app = App(name="shop", team="web", pull_secret="registry/reader", workloads=[web])  # noqa: S106 - a name
    tree = synthesise(build(Platform(root=Path(), apps=(app,), clusters=(cluster,)), {"lab": plan([app])}))
    folder = tree["lab/apps/shop"]
    pod = one(folder, "Deployment")["spec"]["template"]["spec"]
    assert pod["imagePullSecrets"] == [{"name": "registry-reader"}]
    fetched = one(folder, "ExternalSecret", "registry-reader")["spec"]
    assert fetched["target"]["template"] == {"type": "kubernetes.io/dockerconfigjson"}
    assert [one["secretKey"] for one in fetched["data"]] == [".dockerconfigjson"]
    bodies = [body for bodies in tree.values() for body in bodies]
    assert [one for one in check(bodies, cluster=cluster) if one.status is Status.BROKEN] == []


WITH = ("jobset", "kubeflow-trainer", "kuberay", "spark-operator")


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("trainer", [True, False], ids=["trainer", "no trainer"])
def test_pods_of_every_kind_find_their_secrets(kind: str, *, trainer: bool) -> None:
    controllers = STORE | {name: "1.0" for name in WITH if trainer or name != "kubeflow-trainer"}
    cluster = lab(controllers=controllers, secrets={"store": "vault"}, storage={"gp3": "0.08"})
    app = App(name="shop", team="web", workloads=[EVERY_KIND[kind]])
    tree = synthesise(build(Platform(root=Path(), apps=(app,), clusters=(cluster,)), {"lab": plan([app])}))
    bodies = [body for folder in tree.values() for body in folder if body["kind"] != "ExternalSecret"]
    text = json.dumps(bodies, sort_keys=True)
    assert '"secretKeyRef": {"key": "password", "name": "payments-db"}' in text
    assert '{"items": [{"key": "ca.crt", "path": "ca.pem"}], "name": "payments-bus"}' in text
    assert '"mountPath": "/etc/bus"' in text


def test_our_own_rules_take_both_and_kubeconform_what_is_fetched(tmp_path: Path) -> None:
    fetched = made(controllers=STORE, secrets={"store": "vault"})
    for words, tree in (({"controllers": STORE}, fetched), ({}, in_files())):
        bodies = [body for folder in tree.values() for body in folder]
        assert [one for one in check(bodies, cluster=lab(**words)) if one.status is Status.BROKEN] == []
    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all(body for folder in fetched.values() for body in folder))
    assert [verdict for verdict in conform([tmp_path], kubernetes="1.37") if verdict.status != "statusValid"] == []
