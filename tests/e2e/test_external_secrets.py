"""Secrets out of the store of the cluster, with the real External Secrets and Flux: fetched, and kept if it goes."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from tests.e2e.teams import open_written

from bayplan.lab.delivery import deliver
from bayplan.lab.furnish import bootstrap, condition
from bayplan.lab.operators.external_secrets import add_stores
from bayplan.lab.outside import LOGIN
from bayplan.lab.reconcile import KUSTOMIZE, await_ready, fetch, reconcile_again, why
from bayplan.lab.wait import NotYet, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.teams import Teams

    from bayplan.lab.api import Body

CLUSTER = """
name: lab
region: eu-central-1
kubernetes: "1.37"
controllers: {flux: "2.9", external-secrets: "1.3"}
secrets: {store: vault, refresh: 2s}
source: {url: "https://git.example.com/platform/fleet"}
pools:
  - {name: general, instance: m7i.2xlarge, zones: [a], nodes: {min: 1, max: 2}}
"""
APP = f"""
name: payments
team: money
pull_secret: registry/reader
workloads:
  - kind: Service
    name: api
    image: registry.example.com/money/api:v1@sha256:{"1f" * 32}
    resources: {{cpu: 100m, memory: 64Mi}}
    secrets: {{DB_USER: payments/db#user, DB_PASSWORD: payments/db#password}}
"""
VERSION, STORE = "external-secrets.io/v1", "ClusterSecretStore"


@pytest.fixture(scope="module")
def payments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Teams]:
    root = tmp_path_factory.mktemp("secrets")
    for path, text in (("clusters/lab/cluster.yaml", CLUSTER), ("apps/payments.yaml", APP)):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    with open_written(root, "secrets", {"general": 1}) as teams:
        cluster = teams.platform.clusters[0]
        add_stores(teams.api, teams.lab.layout, cluster, ["payments"])
        checkout = deliver(teams.lab.layout, cluster, root / "dist")
        bootstrap(teams.lab, cluster, checkout)
        commit = checkout.git("rev-parse", "HEAD")
        fetch(teams.api, commit)
        await_ready(teams.api, commit, within_s=90)
        yield teams


def secret(teams: Teams, name: str) -> dict[str, str]:
    found = teams.api.get("v1", "Secret", name, "payments") or {}
    return {key: base64.b64decode(value).decode() for key, value in found.get("data", {}).items()}


def asked(teams: Teams) -> dict[str, Body]:
    return {one["metadata"]["name"]: one for one in teams.api.list(VERSION, "ExternalSecret", "payments")}


def test_what_was_asked_for_is_there_and_flux_waited_for_it(payments: Teams) -> None:
    assert secret(payments, "payments-db") == {"user": "payments/db#user", "password": "payments/db#password"}
    assert secret(payments, "registry-reader") == {LOGIN: '{"auths":{}}'}
    assert {name: condition(one, "Ready") for name, one in asked(payments).items()} == {
        "payments-db": "True",
        "registry-reader": "True",
    }


def test_who_loses_the_store_is_told_and_keeps_what_was_fetched(payments: Teams) -> None:
    (store,) = payments.api.list(VERSION, STORE)
    payments.api.delete(VERSION, STORE, store["metadata"]["name"])

    def told() -> None:
        states = {name: f"{condition(one, 'Ready')} {why(one)}" for name, one in asked(payments).items()}
        if not all(state.startswith("False") for state in states.values()):
            raise NotYet(str(states))

    wait_for("what External Secrets says", told, within_s=60)
    assert secret(payments, "payments-db")["user"] == "payments/db#user"

    add_stores(payments.api, payments.lab.layout, payments.platform.clusters[0], ["payments"])
    reconcile_again(payments.api, within_s=90)
    app = payments.api.get(KUSTOMIZE, "Kustomization", "apps-payments", "flux-system") or {}
    assert condition(app, "Ready") == "True"
