"""What a stranger may put into a repository: links, bytes, forged trees. Nothing is followed, written or run."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest
from tests.review.checkout import Checkout, settings

from bayplan.review.review import State, Verdict
from bayplan.validation.flux.program import find

ONE = ["modified one one.yaml"]
OVERLAY = """\
namePrefix: my-
resources: [../../base]
configMapGenerator:
  - {name: words, namespace: chat, files: [.hidden, plain.txt], options: {disableNameSuffixHash: true}}
"""
SYNC = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: app, namespace: flux-system}
spec:
  interval: 1h
  prune: true
  path: ./app
  targetNamespace: chat
  sourceRef: {kind: GitRepository, name: flux-system}
"""
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout.new(tmp_path / "repository")


def told(checkout: Checkout, head: str = "", base: str = "HEAD") -> list[str]:
    """`new YML003 dist/x.yaml`, of files that cannot be read."""
    review = checkout.review(base, head)
    found = [one for one in review.findings if not one.ref.kind]
    return sorted(f"{one.state.value} {one.file}: {one.message.partition(', but')[0]}" for one in found)


def test_links_are_told_and_not_followed(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(settings("secret"))
    links = {"passwd.yaml": "/etc/passwd", "out.yaml": "../../secret.yaml", "in.yaml": "one.yaml", "etc": "/etc"}
    for name, target in {**links, "self": "self", "folder": "../dist", "notes": "one.yaml"}.items():
        (checkout.root / "dist" / name).symlink_to(target)
    names = ("etc", "folder", "in.yaml", "out.yaml", "passwd.yaml")
    expected = [f"new {name}: is a symbolic link, which is not followed" for name in names]
    assert told(checkout) == expected
    assert checkout.changes("HEAD") == []
    checkout.commit("second")
    assert told(checkout, "HEAD", "HEAD~1") == expected
    assert told(checkout) == [one.replace("new", "still") for one in expected]


def test_a_folder_that_becomes_a_link_is_gone(checkout: Checkout, tmp_path: Path) -> None:
    checkout.write("dist/app/three.yaml", settings("three"))
    checkout.commit("second")
    (tmp_path / "outside").mkdir()
    (checkout.root / "dist/app/three.yaml").rename(tmp_path / "outside/three.yaml")
    (checkout.root / "dist/app").rmdir()
    (checkout.root / "dist/app").symlink_to(tmp_path / "outside")
    assert checkout.changes("HEAD") == ["removed three app/three.yaml"]


def test_bytes_that_are_no_text(checkout: Checkout) -> None:
    checkout.write("dist/one.yaml", bytes(range(256)) * 20)
    checkout.write("dist/picture.png", bytes(range(256)))
    assert checkout.changes("HEAD") == []  # Flux cannot build it, and prunes nothing
    assert checkout.review("HEAD").verdict is Verdict.BLOCKED
    assert [one.partition(":")[0] for one in told(checkout)] == ["new one.yaml"]
    checkout.commit("second")
    assert [one.partition(":")[0] for one in told(checkout, "HEAD", "HEAD~1")] == ["new one.yaml"]
    assert checkout.review("HEAD").verdict is Verdict.NOTHING


def test_a_file_that_nobody_would_wait_for_is_not_read(checkout: Checkout) -> None:
    with (checkout.root / "dist/huge.yaml").open("wb") as file:
        file.truncate((64 << 20) + 1)
    assert told(checkout) == ["new huge.yaml: is larger than 64 MiB"]
    checkout.commit("second")
    assert told(checkout, "HEAD", "HEAD~1") == ["new huge.yaml: is larger than 64 MiB"]


def test_a_pipe_in_the_place_of_a_file_is_not_opened(checkout: Checkout) -> None:
    (checkout.root / "dist/one.yaml").unlink()
    os.mkfifo(checkout.root / "dist/one.yaml")
    assert told(checkout) == ["new one.yaml: is no regular file"]


def test_names_of_odd_bytes(checkout: Checkout) -> None:
    names = [
        "a\nb.yaml",
        "-rf.yaml",
        "*.yaml",
        "\udcff\udcfe.yaml",
        "\u202egnp.yaml",
        "a\tb.yaml",
        '"q".yaml',
        ":(top).yaml",
    ]
    for number, name in enumerate(names):
        checkout.write(f"dist/{name}", settings(f"odd-{number}"))
    added = {f"odd-{number}" for number in range(len(names))}
    assert {one.ref.name for one in checkout.review("HEAD").changes} == added
    checkout.commit("second")
    assert {one.ref.name for one in checkout.review("HEAD~1", "HEAD").changes} == added
    assert checkout.changes("HEAD") == []
    assert checkout.changes("HEAD", path="dist/*.yaml") == []
    for form in ("text", "json", "markdown", "sarif", "html"):
        assert checkout.run("dist", "--base", "HEAD~1", "--format", form).returncode == 0


def forged(checkout: Checkout, name: bytes) -> str:
    """A commit with a tree that git itself would not make."""
    blob = checkout.git("hash-object", "-w", "--stdin", data=settings("forged").encode())
    entry = b"100644 " + name + b"\0" + bytes.fromhex(blob)
    tree = checkout.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", data=entry)
    inner = f"040000 tree {tree}\tdist\n".encode()
    return checkout.git("commit-tree", checkout.git("mktree", data=inner), "-p", "HEAD", "-m", "forged")


@pytest.mark.parametrize(
    "name", ["../escaped.yaml", "/tmp/escaped-{pid}.yaml", ".git/hooks/x.yaml", "a//b.yaml", "x" * 300]
)
def test_forged_trees_write_nothing(checkout: Checkout, tmp_path: Path, name: str) -> None:
    said = name.format(pid=os.getpid())
    before = sorted(tmp_path.rglob("*"))
    assert not checkout.review("HEAD", forged(checkout, said.encode())).findings
    assert not Path("/tmp", f"escaped-{os.getpid()}.yaml").exists()
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and ".git" not in path.parts] == []


def test_pointers_of_lfs_stand_for_their_files(checkout: Checkout) -> None:
    text = (checkout.root / "dist/one.yaml").read_bytes()
    checkout.write("dist/one.yaml", LFS.format(sha256(text).hexdigest(), len(text)))
    checkout.commit("git lfs track, as its filter makes it")
    assert [one.partition(": ")[2] for one in told(checkout, "HEAD", "HEAD~1")] == [
        "is a pointer of Git LFS, not the file that it stands for"
    ]
    checkout.write("dist/one.yaml", text)  # as the filter checks it out
    review = checkout.review("HEAD")
    assert review.changes == ()
    assert "one.yaml is kept in Git LFS, which Flux does not fetch: it gets the pointer" in review.unknown
    checkout.write("dist/one.yaml", settings("one", "bye"))
    assert checkout.changes("HEAD") == ["added one one.yaml"]


def test_nothing_that_a_repository_names_is_run(checkout: Checkout, tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "diff.trap.textconv",
        "diff.trap.command",
        "diff.external",
        "core.pager",
        "alias.ls-tree",
    ):
        checkout.git("config", key, str(trap))
    checkout.write(".gitattributes", "* diff=trap\n")
    checkout.write("dist/one.yaml", settings("one", "bye"))
    assert checkout.changes("HEAD") == ONE
    checkout.git("-c", "core.fsmonitor=false", "commit", "-qam", "second")
    assert checkout.changes("HEAD~1", "HEAD") == ONE
    assert not (tmp_path / "sprung").exists()


@pytest.mark.skipif(find() is None, reason="flux-build is not built: make tools")
def test_what_lies_around_the_tree_is_of_the_same_revision(checkout: Checkout) -> None:
    checkout.write("base/web.yaml", settings("web"))
    checkout.write("base/kustomization.yaml", "resources: [web.yaml]\n")
    checkout.write("dist/app/kustomization.yaml", OVERLAY)
    checkout.write("dist/app/.hidden", "a")
    checkout.write("dist/app/plain.txt", "b")
    checkout.commit("second")
    assert checkout.changes("HEAD", path="dist/app") == []
    checkout.write("base/web.yaml", settings("web", "bye"))
    checkout.write("dist/app/.hidden", "c")
    expected = ["modified my-web ../../base/web.yaml", "modified my-words kustomization.yaml"]
    assert checkout.changes("HEAD", path="dist/app") == expected
    checkout.commit("third")
    assert checkout.changes("HEAD~1", "HEAD", path="dist/app") == expected
    assert checkout.changes("HEAD~1", path="dist/app") == expected
    assert not [one for one in checkout.review("HEAD~1", path="dist/app").findings if one.state is State.NEW]


@pytest.mark.skipif(find() is None, reason="flux-build is not built: make tools")
def test_what_git_ignores_is_not_built(checkout: Checkout) -> None:
    checkout.write("dist/flux.yaml", SYNC)
    checkout.write("dist/app/web.yaml", settings("web"))
    checkout.write(".gitignore", "mine.yaml\n")
    checkout.commit("second")
    checkout.write("dist/app/mine.yaml", settings("mine"))
    assert checkout.changes("HEAD") == []
