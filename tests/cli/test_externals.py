"""What an app says that others make reaches the rendered tree, where checks see it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from tests.cli.repository import Repository

SAID = """\
externals:
  - {kind: Secret, name: registry, keys: [.dockerconfigjson], why: copied by the cluster's bootstrap}
"""


def test_externals_stand_on_the_namespace(repository: Repository) -> None:
    repository.write("apps/bot.yaml", (repository.root / "apps/bot.yaml").read_text() + SAID)
    told = repository.run("synth")
    assert told.returncode == 0, told.stdout + told.stderr
    (file,) = repository.root.glob("dist/east/platform/Namespace.bot.yaml")
    annotation = yaml.safe_load(file.read_text())["metadata"]["annotations"]["bayplan.dev/externals"]
    (only,) = json.loads(annotation)
    assert (only["kind"], only["name"], only["keys"]) == ("Secret", "registry", [".dockerconfigjson"])
    shop = yaml.safe_load((repository.root / "dist/east/platform/Namespace.shop.yaml").read_text())
    assert "bayplan.dev/externals" not in shop["metadata"]["annotations"]


def test_an_external_that_says_nothing_is_refused(repository: Repository) -> None:
    repository.write(
        "apps/bot.yaml", (repository.root / "apps/bot.yaml").read_text() + SAID.replace("kind: Secret", "kind: secret")
    )
    told = repository.run("plan")
    assert told.returncode == 2
    assert "apps/bot.yaml:11: kind: 'secret' is no kind" in told.stderr
