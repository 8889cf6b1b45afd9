"""What is rendered is what the API server keeps: accepted, unchanged by a second look, in the order of dependsOn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bayplan.lab.reconcile import kustomizations, reconcile_again
from bayplan.manifests.read import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.scene import Scene

    from bayplan.lab.api import Body

FLUX = "kustomize-controller"
"""The field manager as which Flux applies."""

OWNER_LABELS = {"kustomize.toolkit.fluxcd.io/name", "kustomize.toolkit.fluxcd.io/namespace"}
"""What Flux adds to every object that it applies."""


def rendered(scene: Scene) -> list[Body]:
    """Every object below dist/<cluster>, as it was delivered."""
    bodies = objects(scene.tree)
    assert len(bodies) > 30
    return bodies


def objects(folder: Path) -> list[Body]:
    """The objects below a folder; kustomization.yaml is none."""
    found = [dict(one.body) for one in read_tree(folder).inventory.manifests]
    return [body for body in found if not body["apiVersion"].startswith("kustomize.config.k8s.io/")]


def kept(scene: Scene, body: Body) -> Body:
    about = body["metadata"]
    return scene.get(body["apiVersion"], body["kind"], about["name"], about.get("namespace"))


def differences(written: Any, there: Any, where: str = "") -> Iterator[str]:
    """Where the API server keeps something else than was written; what it adds by default is no difference."""
    if isinstance(written, dict) and isinstance(there, dict):
        for key, value in written.items():
            yield from differences(value, there.get(key), f"{where}/{key}")
    elif isinstance(written, list) and isinstance(there, list) and len(written) == len(there):
        for position, value in enumerate(written):
            yield from differences(value, there[position], f"{where}/{position}")
    elif written != there:
        yield f"{where}: {written!r} became {there!r}"


def settled_state(body: Body) -> Body:
    """All of an object that a reconcile could change, without what controllers report and who wrote it when."""
    about = {key: body["metadata"].get(key) for key in ("labels", "annotations", "generation", "uid", "finalizers")}
    about["labels"] = {key: value for key, value in (about["labels"] or {}).items() if key not in OWNER_LABELS}
    rest = {key: value for key, value in body.items() if key not in {"metadata", "status"}}
    return {**rest, "metadata": about}


def test_the_api_server_accepts_every_object_and_would_change_none(scene: Scene) -> None:
    """Server-side apply as Flux does it, as a dry run: strict about unknown fields, with CRD rules and admission."""
    for body in rendered(scene):
        answer = scene.api.apply(body, dry_run=True, manager=FLUX)
        assert settled_state(answer) == settled_state(kept(scene, body)), body["metadata"]["name"]


def test_what_we_write_is_what_is_kept(scene: Scene) -> None:
    found = [
        f"{body['kind']} {body['metadata']['name']}{line}"
        for body in rendered(scene)
        for line in differences(body, kept(scene, body))
    ]
    assert found == []


def test_a_second_reconcile_changes_nothing(scene: Scene) -> None:
    own = [body for body in rendered(scene) if not body["apiVersion"].startswith("kustomize.toolkit")]
    before = [settled_state(kept(scene, body)) for body in own]
    reconcile_again(scene.api)
    assert [settled_state(kept(scene, body)) for body in own] == before


def test_no_object_is_there_before_those_that_it_depends_on(scene: Scene) -> None:
    """Created in the order that `dependsOn` says; the API server's own times, to the second."""
    times = {one["metadata"]["name"]: _created(scene, one) for one in kustomizations(scene.api)}
    ordered = [
        (one["metadata"]["name"], before["name"])
        for one in kustomizations(scene.api)
        for before in one["spec"].get("dependsOn", ())
    ]
    assert ordered
    for name, before in ordered:
        assert min(times[name]) >= max(times[before]), f"{name} began before {before} was there"


def test_every_kustomization_owns_just_the_objects_of_its_folder(scene: Scene) -> None:
    for one in kustomizations(scene.api):
        folder = scene.session.checkout.path / one["spec"]["path"]
        bodies = objects(folder)
        assert sorted(entry["id"] for entry in one["status"]["inventory"]["entries"]) == sorted(
            map(_inventory_id, bodies)
        )


def _inventory_id(body: Body) -> str:
    """As Flux writes it: namespace_name_group_kind (kustomize-controller, ResourceRef)."""
    group = body["apiVersion"].rpartition("/")[0]
    return "_".join(
        (body["metadata"].get("namespace", ""), body["metadata"]["name"].replace(":", "__"), group, body["kind"])
    )


def _created(scene: Scene, kustomization: Body) -> list[str]:
    folder = scene.session.checkout.path / kustomization["spec"]["path"]
    return [kept(scene, body)["metadata"]["creationTimestamp"] for body in objects(folder)]
