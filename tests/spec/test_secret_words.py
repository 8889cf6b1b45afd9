"""Secrets are named, never written: who brings them is known before anything is rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bayplan.spec.load import load

if TYPE_CHECKING:
    from tests.spec.repository_of_specs import Repository

SHOP = """\
name: shop
team: web
workloads:
  - kind: Service
    name: web
    image: registry.example.com/shop/web:v1
    secrets: {said}
"""
CIPHER = "ENC[AES256_GCM,data:aGVsbG8=,iv:AA==,tag:AA==,type:str]"
SEALED = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: payments-db, namespace: shop}}
stringData:
  password: {CIPHER}
sops: {{mac: "{CIPHER}", version: 3.11.0}}
"""
FILE = "secrets/lab/shop/payments-db.yaml"
SAID = "{DB_PASSWORD: payments/db#password}"
SPOILED = {
    "nobody": (SAID, ":7: nobody brings the secret payments/db to cluster lab"),
    "no key": ("{DB_PASSWORD: payments/db}", ":7: DB_PASSWORD: that names no secret"),
    "no file": ("{/ca.pem: a#b}", "'/ca.pem' is no file for a secret"),
    "no setting": ("{DB PASSWORD: a#b}", "'DB PASSWORD' is no name of a setting"),
    "a setting twice": ("{A: a#b}\n    env: {A: b}", ":7: A is a setting and a secret"),
    "written": (
        "{}\n    env: {URL: 'redis://cache:hunter2@cache.example.com'}",
        ":8: an address with a password stands in the file",
    ),
    "in the way": ("{/data/a: a#b}\n    storage: {claim: data}\n    replicas: 1", "/data is taken"),
    "one name": ("{A: a/b#c, B: a-b#c}", "'a-b' and 'a/b' would both be called a-b in the cluster"),
}
PLAIN = {
    "plain": (SEALED[: SEALED.index("sops")], f"{FILE}:1: the secret is not encrypted"),
    "in part": (SEALED.replace("stringData:", "stringData:\n  user: shop"), f"{FILE}:5: 'user' is not encrypted"),
    "another name": (SEALED.replace("payments-db", "other"), f"{FILE}:3: the Secret is not called 'payments-db'"),
    "elsewhere": (SEALED.replace("namespace: shop", "namespace: x"), f"{FILE}:3: the Secret is in another namespace"),
    "no Secret": (SEALED.replace("kind: Secret", "kind: ConfigMap"), f"{FILE}:1: is no Secret"),
}


@pytest.mark.parametrize(("said", "words"), SPOILED.values(), ids=SPOILED.keys())
def test_a_secret_that_cannot_be_is_a_clear_complaint(repository: Repository, said: str, words: str) -> None:
    repository.write("apps/shop.yaml", SHOP.replace("{said}", said))
    assert any(words in complaint for complaint in repository.complaints()), repository.complaints()


def test_what_looks_like_the_secret_itself_is_not_repeated(repository: Repository) -> None:
    repository.write("apps/shop.yaml", SHOP.replace("{said}", "{DB_PASSWORD: hunter2hunter2}"))
    assert "hunter2" not in "".join(repository.complaints())


@pytest.mark.parametrize(("text", "words"), PLAIN.values(), ids=PLAIN.keys())
def test_a_file_that_anybody_can_read_is_refused(repository: Repository, text: str, words: str) -> None:
    repository.write("apps/shop.yaml", SHOP.replace("{said}", SAID))
    repository.write(FILE, text)
    (complaint,) = repository.complaints()
    assert complaint.startswith(words)


def test_a_sealed_secret_has_the_keys_that_are_asked_for(repository: Repository) -> None:
    repository.write("apps/shop.yaml", SHOP.replace("{said}", "{DB_PASSWORD: payments/db#passwort}"))
    repository.write(FILE, SEALED)
    assert repository.complaints() == [f"apps/shop.yaml:7: {FILE} has no 'passwort' It has password."]


def test_files_for_nobody_are_told(repository: Repository) -> None:
    repository.write("apps/shop.yaml", SHOP.replace("{said}", "{}"))
    repository.write("secrets/prod/shop/payments-db.yaml", SEALED)
    assert repository.complaints() == [
        "secrets/prod/shop/payments-db.yaml:1: no cluster is called 'prod' There are lab."
    ]


BROUGHT = {
    "a file": ("", "", True),
    "a store": ('istio: "1.31"', 'istio: "1.31", external-secrets: "2.0"}\nsecrets: {store: vault', False),
}


@pytest.mark.parametrize(("old", "new", "sealed"), BROUGHT.values(), ids=BROUGHT.keys())
def test_who_is_brought_a_secret_has_no_complaint(repository: Repository, old: str, new: str, sealed: bool) -> None:
    repository.write("apps/shop.yaml", SHOP.replace("{said}", SAID))
    if old:
        repository.change_cluster(old, new)
    if sealed:
        repository.write(FILE, SEALED)
    assert bool(load(repository.root).sealed) == sealed


def test_an_app_may_say_that_the_secret_is_there(repository: Repository) -> None:
    externals = "externals: [{kind: Secret, name: payments-*, why: made by hand}]\nworkloads:"
    repository.write("apps/shop.yaml", SHOP.replace("{said}", SAID).replace("workloads:", externals))
    assert load(repository.root).apps
