"""Apps of strangers: each is one complaint that names its file, exit 2, and nothing on the machine has changed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
from tests.cli.hostile_apps import ATTACKS, WALLS
from tests.cli.repository import Repository
from tests.spec.repository_of_specs import needs_sandbox

Tell = Callable[[str], Mapping[str, str]]
MODES = ("", "--sandbox")
ESCAPED = Path("/tmp/bayplan-was-here")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are those of Linux")


@pytest.fixture(scope="module")
def tell(well: Repository, tmp_path_factory: pytest.TempPathFactory) -> Tell:
    """What is said of each of the hostile apps: all run in one go, which also shows that none disturbs another."""
    return cache(lambda mode: run(well, tmp_path_factory.mktemp("hostile"), mode))


def run(well: Repository, place: Path, mode: str) -> Mapping[str, str]:
    home, root = place / "home", place / "repository"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh/id_ed25519").write_text("secret")
    (home / ".bashrc").write_text("")
    shutil.copytree(well.root, root)
    repository = Repository(root)
    repository.write(".git/config", "[http] extraheader = secret")
    repository.write(".git/hooks/post-checkout", "")
    repository.write("gha-creds-1.json", "secret")
    for name, attack in ATTACKS.items():
        code = attack.code.replace("HOME", str(home)).replace("ROOT", str(root))
        repository.write(f"apps/{name}.py", f"{WALLS}{code}\n")
    before = snapshot(place)
    environment = {**os.environ, "HOME": str(home), "GITHUB_TOKEN": "secret"}
    told = repository.run("synth", *filter(None, [mode]), environment=environment)
    assert told.returncode == 2, told.stderr
    assert "Traceback" not in told.stderr
    assert "secret" not in told.stderr + told.stdout
    assert snapshot(place) == before
    assert not ESCAPED.exists()
    said: dict[str, str] = {}
    for line in told.stderr.splitlines():
        name = line.removeprefix("apps/").split(".py")[0]
        said[name] = said.get(name, "") + line
    return said


def test_what_is_no_file_of_the_repository_is_not_read(repository: Repository) -> None:
    apps = repository.root / "apps"
    (apps / "passwd.yaml").symlink_to("/etc/passwd")
    (apps / "etc").symlink_to("/etc")
    (apps / "loop.py").symlink_to("loop.py")
    (apps / "gone.py").symlink_to("nowhere.py")
    os.mkfifo(apps / "pipe.py")
    (apps / "module").mkdir()
    (apps / "a\n::error::b\x1b[31m.py").write_text("")
    before = repository.bytes_of("dist", "clusters")
    told = repository.run("synth", "--sandbox")
    assert told.returncode == 2
    assert repository.bytes_of("dist", "clusters") == before
    for words in (
        "apps: holds a name that cannot be shown: 'a\\n::error::b\\x1b[31m.py'",
        "apps/etc: leads out of the repository",
        "apps/gone.py: is a link that leads nowhere",
        "apps/loop.py: ",
        "apps/module: is a folder",
        "apps/passwd.yaml: leads out of the repository",
        "apps/pipe.py: is neither file nor folder",
    ):
        assert words in told.stderr


def snapshot(place: Path) -> dict[str, tuple[int, bytes]]:
    """Every file, with its mode."""
    return {
        str(file): (file.lstat().st_mode, b"" if file.is_dir() else file.read_bytes())
        for file in sorted(place.rglob("*"))
    }


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_app_is_named_and_reaches_nothing(tell: Tell, mode: str, name: str) -> None:
    if mode:
        needs_sandbox()
    attack = ATTACKS[name]
    assert (attack.says in tell(mode)[name]) is (bool(mode) or not attack.sandboxed)
