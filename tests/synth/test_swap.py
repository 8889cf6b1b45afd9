"""One folder takes the place of another: killed anywhere, raced, refused by the disk."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from bayplan.complaint import BadInput
from bayplan.render.staging import fill, survey
from bayplan.render.swap import stage_for, swap_in

PUBLISHER = Path(__file__).with_name("publisher.py")
FILES = {"lab/apps/shop/ConfigMap.a.yaml": b"a: 1\n", "lab/apps/shop/kustomization.yaml": b"b: 2\n"}


def publish(out: Path, files: dict[str, bytes]) -> None:
    with stage_for(out) as staging:
        fill(staging, out, files, survey(out))
        swap_in(staging, out)


def run(*arguments: str | Path) -> str:
    answer = subprocess.run([sys.executable, PUBLISHER, *arguments], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges two names")
def test_killed_before_any_operation_the_old_or_the_new_tree_stands(tmp_path: Path) -> None:
    operations, _, told = run("crash", tmp_path / "dist").partition(" ")
    assert told == "new old | new old"
    assert int(operations) > 40


def test_without_an_exchange_the_next_run_puts_the_old_tree_back(tmp_path: Path) -> None:
    told = run("crash", tmp_path / "dist", "renames").partition(" ")[2]
    assert told == "new nothing old | new old"


def test_runs_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    command = [sys.executable, str(PUBLISHER), "race", str(tmp_path / "dist")]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    errors = [one.communicate()[1] for one in runs]
    assert [one.returncode for one in runs] == [0, 0, 0], errors
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]
    assert len(survey(tmp_path / "dist").files) == 3


def test_a_full_disk_leaves_the_old_tree_and_says_so(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    publish(out, FILES)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (1 << 16, limits[1])
    )  # Python ignores SIGXFSZ: writing fails, as on a full disk
    try:
        with pytest.raises(BadInput, match=r"dist: cannot be written: File too large") as bad:
            publish(out, {**FILES, "lab/apps/shop/ConfigMap.b.yaml": b"x" * (1 << 17)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "what stood there before is untouched" in str(bad.value)
    assert survey(out).files == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to a read-only folder")
def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(BadInput, match="cannot be written: Permission denied"):
            publish(tmp_path / "dist", FILES)
    finally:
        tmp_path.chmod(0o755)


def test_a_file_where_a_folder_is_needed_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        publish(tmp_path / "file" / "dist", FILES)


def test_a_mount_point_is_told() -> None:
    with pytest.raises(BadInput, match="is a mount point"):
        survey(Path("/"))


def test_what_a_crash_left_is_cleared_even_if_somebody_made_it_a_symlink(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/file").write_text("mine")
    (tmp_path / ".dist.bayplan-new").symlink_to("mine")
    publish(tmp_path / "dist", FILES)
    assert (tmp_path / "mine/file").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dist", "mine"]


def test_rights_of_the_folder_stay(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    publish(out, FILES)
    out.chmod(0o750)
    publish(out, {"lab/flux/ConfigMap.a.yaml": b""})
    assert out.stat().st_mode & 0o777 == 0o750
