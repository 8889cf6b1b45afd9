"""Where dist/ is not committed, apps and clusters say it: a revision is rendered, in the sandbox."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.cli.repository import BOT, EAST, SHOP, Repository
from tests.review.checkout import Checkout

from bayplan.complaint import BadInput

if TYPE_CHECKING:
    from pathlib import Path

ALONE = BOT.partition("    access:")[0]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with an app in YAML, its plan and its dist/; never changed by a test."""
    made = Repository(tmp_path_factory.mktemp("rendered"))
    made.write("apps/bot.yaml", ALONE)
    made.write("clusters/east/cluster.yaml", EAST)
    told = made.run("synth")
    assert told.returncode == 0, told.stdout + told.stderr
    return made.root


@pytest.fixture
def checkout(rendered: Path, tmp_path: Path) -> Checkout:
    """A copy of it whose first commit has a dist/ and whose second has none."""
    shutil.copytree(rendered, tmp_path / "repository")
    made = Checkout(tmp_path / "repository")
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit("with dist")
    shutil.rmtree(made.root / "dist")
    made.commit("without")
    return made


def test_what_is_rendered_is_what_was_committed(checkout: Checkout) -> None:
    assert checkout.changes("HEAD~1", "HEAD") == []
    assert checkout.changes("HEAD~1") == []
    assert checkout.review("HEAD").objects > 10


def test_both_revisions_are_rendered(checkout: Checkout) -> None:
    before = {path: told.split()[0] for path, told in checkout.print().items()}
    checkout.write("apps/bot.yaml", f"# words\n{ALONE}")
    assert checkout.changes("HEAD") == []
    checkout.write("apps/bot.yaml", ALONE.replace("support/api:v2", "support/api:v3"))
    assert [one.split()[:2] for one in checkout.changes("HEAD")] == [["modified", "api"]]
    checkout.write("apps/bot.yaml", ALONE)
    assert {path: told.split()[0] for path, told in checkout.print().items()} == before


def test_python_of_a_stranger_runs_in_the_sandbox(checkout: Checkout, tmp_path: Path) -> None:
    trap = f"import os\nos.system('touch {tmp_path}/sprung')\n"
    checkout.write("apps/shop.py", trap + SHOP)
    with pytest.raises(BadInput) as bad:
        checkout.review("HEAD")
    if "gives no sandbox" in str(bad.value):
        pytest.skip(str(bad.value))
    assert "shop.py" in str(bad.value)
    assert not (tmp_path / "sprung").exists()
    checkout.write("apps/shop.py", SHOP)
    with pytest.raises(BadInput, match="plan"):  # the committed plan has no seat for it
        checkout.review("HEAD")


def test_apps_that_cannot_be_read_are_told(checkout: Checkout) -> None:
    checkout.write("apps/bot.yaml", "nothing: 1\n")
    with pytest.raises(BadInput, match=r"apps/bot\.yaml"):
        checkout.review("HEAD")


def test_another_folder_is_never_rendered(checkout: Checkout) -> None:
    with pytest.raises(BadInput, match="is neither in"):
        checkout.review("HEAD", path="deploy")
