"""What may not be said of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError
from tests.render.words import IMAGE, lab

from bayplan import SignIn, Storage, Workspace
from bayplan.complaint import BadInput
from bayplan.spec.load import load

if TYPE_CHECKING:
    from tests.spec.repository_of_specs import Repository

SIGN_IN = SignIn(host="ada.example.com", issuer="https://login.example.com", keys="https://login.example.com/keys")
APP = """\
name: shop
team: web
clusters: [lab]
workloads:
  - {kind: Service, name: front, image: "r.example.com/front:v1", expose: {host: ada.example.com, paths: [/api]}}
  - kind: Workspace
    name: notebook
    image: r.example.com/jupyter:v1
    owner: ada@example.com
    storage: {claim: home}
    sign_in: {host: ada.example.com, issuer: "https://login.example.com", keys: "https://login.example.com/keys"}
"""


def workspace(**said: object) -> Workspace:
    words = {"name": "notebook", "image": IMAGE, "owner": "ada@example.com", "storage": Storage(size="20Gi")}
    return Workspace.model_validate(words | said)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"idle": "1m"}, "a session that ends after 1m"),
        ({"idle": "3h", "longest": "2h"}, "idle 3h is not below longest 2h"),
        ({"storage": Storage(claim="home", read_only=True)}, "a home that cannot be written to"),
        ({"starts": "0 8 * * 1-5", "run": "1"}, "run starts what runs once"),
        ({"starts": "0 */4 * * *"}, "a session may last 12h, and the next is due after 4h: it is left out"),
        ({"time_zone": "Europe/Berlin"}, "time_zone is of what starts by schedule"),
        ({"spot": "100%"}, "a session on spot capacity"),
        ({"owner": "ada"}, "'ada' is no e-mail address"),
        ({"port": 80}, "greater than or equal to 1024"),
    ],
)
def test_contradictions_are_told_with_their_numbers(said: dict[str, object], what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        workspace(**said)
    assert what in str(refused.value)


def test_an_address_needs_a_mesh_that_asks_who_comes() -> None:
    bare = lab(controllers={"flux": "2.9"})
    (wrong,) = workspace(sign_in=SIGN_IN).missing_on(bare)
    assert wrong.what == "notebook needs istio, which asks who comes; cluster lab has none"
    assert not [*workspace().missing_on(bare)]


def test_the_host_of_one_person_is_nobody_elses(repository: Repository) -> None:
    repository.write("apps/shop.yaml", APP)
    with pytest.raises(BadInput) as bad:
        load(repository.root)
    told = [complaint.what for complaint in bad.value.complaints]
    assert "shop/notebook is one person's under ada.example.com, where shop/front answers, too" in told
