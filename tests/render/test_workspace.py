"""A notebook in sessions that end by themselves, for one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.render.words import BARE, IMAGE, MESHED, PLACE, kinds, one, render
from tests.schema.judges import conform

from bayplan import Accelerator, App, SignIn, Storage, Workspace
from bayplan.render.site import Place, Site
from bayplan.render.workloads.workspace import Workspace as Construct

if TYPE_CHECKING:
    from pathlib import Path

    import cdk8s
    from syrupy.assertion import SnapshotAssertion

SIGN_IN = SignIn(
    host="ada.example.com",
    issuer="https://login.example.com",
    keys="https://login.example.com/keys",
    header="X-Auth-Request-Access-Token",
)
SHARE = Workspace(
    name="notebook",
    image=IMAGE,
    owner="ada@example.com",
    storage=Storage(size="20Gi", path="/home/ada"),
    accelerator=Accelerator(share="25%"),
    idle="30m",
)
SHOWN = SHARE.model_copy(update={"sign_in": SIGN_IN, "starts": "0 8 * * 1-5", "time_zone": "Europe/Berlin"})


def made(chart: cdk8s.Chart, workspace: Workspace, place: Place) -> list[dict[str, Any]]:
    Construct(chart, workload=workspace, place=place)
    bodies: list[dict[str, Any]] = chart.to_json()
    return bodies


def options(body: dict[str, Any]) -> dict[str, str]:
    session = body["spec"].get("jobTemplate", body)["spec"]
    (container,) = session["template"]["spec"]["containers"]
    return dict(option.split("=", 1) for option in container["args"] if "=" in option)


def test_by_default_it_listens_inside_of_its_pod_only(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    bodies = made(chart, SHARE, PLACE)
    assert options(one(bodies, "Job"))["--ServerApp.ip"] == "127.0.0.1"
    assert "Service" not in kinds(bodies)
    assert [rule["ports"] for rule in one(bodies, "NetworkPolicy")["spec"]["ingress"]] == [
        [{"protocol": "TCP", "port": 15020}]
    ]
    assert bodies == golden


def test_with_an_address_its_owner_comes_by_her_token(chart: cdk8s.Chart, golden: SnapshotAssertion) -> None:
    bodies = made(chart, SHOWN, PLACE)
    (rule,) = one(bodies, "AuthorizationPolicy", "notebook.owner")["spec"]["rules"]
    assert rule["from"][0]["source"]["requestPrincipals"] == ["https://login.example.com/*"]
    assert rule["when"] == [{"key": "request.auth.claims[email]", "values": ["ada@example.com"]}]
    assert "rules" not in one(bodies, "AuthorizationPolicy", "notebook")["spec"]
    assert bodies == golden


def test_the_schemas_take_them(chart: cdk8s.Chart, tmp_path: Path) -> None:
    bodies = made(chart, SHOWN, PLACE)
    (tmp_path / "made.yaml").write_text(yaml.safe_dump_all(bodies), encoding="utf-8")
    verdicts = conform([tmp_path / "made.yaml"], kubernetes="1.37")
    assert [one.message for one in verdicts if one.status != "statusValid"] == []


@pytest.mark.parametrize("option", ["MappingKernelManager.cull_idle", "TerminalManager.cull_inactive"])
def test_kernels_and_terminals_end_with_the_session(chart: cdk8s.Chart, option: str) -> None:
    """Jupyter ends by itself only where no kernel and no terminal is left."""
    said = options(one(made(chart, SHARE, PLACE), "Job"))
    assert said[f"--{option}_timeout"] == said["--ServerApp.shutdown_no_activity_timeout"] == "1800"


def test_a_changed_session_takes_the_place_of_the_old_one_and_a_changed_owner_does_not(chart: cdk8s.Chart) -> None:
    job = one(made(chart, SHARE, PLACE), "Job")["metadata"]
    assert job["annotations"].get("kustomize.toolkit.fluxcd.io/prune") is None
    assert job["annotations"]["kustomize.toolkit.fluxcd.io/ssa"] == "IfNotPresent"
    chart.node.try_remove_child("notebook")
    eve = SHARE.model_copy(update={"owner": "eve@example.com"})
    assert one(made(chart, eve, Place(site=BARE)), "Job")["metadata"]["name"] == job["name"]
    chart.node.try_remove_child("notebook")
    again = SHARE.model_copy(update={"run": "tuesday"})
    assert one(made(chart, again, PLACE), "Job")["metadata"]["name"] != job["name"]


def test_it_waits_in_no_queue(chart: cdk8s.Chart) -> None:
    bodies = made(chart, SHARE, Place(site=Site(app="shop", team="web", queue="web")))
    assert "kueue" not in str(one(bodies, "Job")["metadata"]["labels"])


def test_its_host_is_on_the_gateway() -> None:
    bodies = render(App(name="lab", team="web", workloads=[SHOWN]))
    (server, _) = one(bodies["lab/platform"], "Gateway")["spec"]["servers"]
    assert server["hosts"] == ["lab/ada.example.com"]


def test_nobody_moves_a_session_to_save_a_machine(chart: cdk8s.Chart) -> None:
    template = one(made(chart, SHARE, Place(site=MESHED)), "Job")["spec"]["template"]
    assert template["metadata"]["annotations"]["karpenter.sh/do-not-disrupt"] == "true"
