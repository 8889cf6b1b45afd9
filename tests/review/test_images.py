"""Which image takes the place of which, and what a person should know of it."""

from __future__ import annotations

import pytest
from tests.review.step import compared

from bayplan.review.images import images
from bayplan.review.values.image_name import age, named

A, B = (f"sha256:{letter * 64}" for letter in "ab")
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers: [{name: load, image: "example.com/load:v1"}]
      containers: [{name: web, image: "IMAGE"}]
      volumes: [{name: model, image: {reference: "example.com/model:v1"}}]
"""


def steps(base: str, head: str) -> list[tuple[str, str, str, str, bool]]:
    (cluster,) = compared(base, head)
    return [(one.container, one.before, one.after, one.says, one.is_pinned) for one in images(cluster)]


@pytest.mark.parametrize(
    ("before", "after", "says", "is_pinned"),
    [
        ("example.com/a:v1", "example.com/a:v2", "", False),
        ("example.com/a:v1.2", "example.com/a:v2.0", "a new major version", False),
        ("example.com/a:1.2.0", "example.com/a:1.10.0", "", False),
        ("example.com/a:1.10.0", "example.com/a:1.2.0", "an older version", False),
        ("example.com/a:1.2.0", "example.com/a:1.2.0-rc1", "an older version", False),
        ("example.com/a:1.2.0-rc1", "example.com/a:1.2.0", "", False),
        ("example.com/a:1.2.0-rc2", "example.com/a:1.2.0-rc1", "an older version", False),
        ("nginx:1.25-alpine", "nginx:1.24-alpine", "an older version", False),
        ("nginx:1.25-alpine", "nginx:1.24-slim", "", False),
        (f"example.com/a:v1@{A}", f"example.com/a:v1@{B}", "the same tag with another digest: the tag was moved", True),
        (f"example.com/a@{A}", f"example.com/a@{B}", "another digest, and no tag that says which version it is", True),
        (f"example.com/a:v1@{A}", f"example.com/a:v2@{A}", "the same image under another name", True),
        (f"example.com/a:v1@{A}", f"mirror.example.com/a:v1@{A}", "the same image under another name", True),
        (f"example.com/a:v1@{A}", "example.com/a:v1", "no longer pinned by a digest", False),
        (
            "example.com/a:v1",
            f"example.com/a:v1@{A}",
            "now pinned by a digest, which may be what has been running",
            True,
        ),
        ("example.com/a:v1", "mirror.example.com/a:v1", "from another registry: mirror.example.com", False),
        ("example.com/a:v1", "example.com/b:v1", "another image altogether", False),
        ("nginx:1", "docker.io/library/nginx:1", "the same image in another spelling", False),
        ("nginx:1", "nginx:latest", "the tag latest: what runs is what the registry has when a node pulls it", False),
        ("nginx:1", "nginx", "no tag: what runs is what the registry has when a node pulls it", False),
        ("localhost:5000/a:1", "localhost:5000/a:2", "", False),
        ("example.com/a:${TAG}", "example.com/a:v1", "", False),
        ("example.com/a:v1", "example.com/a:${TAG}", "", True),
    ],
)
def test_a_step(before: str, after: str, says: str, is_pinned: bool) -> None:
    wanted = [("web", before, after, says, is_pinned)]
    assert steps(WEB.replace("IMAGE", before), WEB.replace("IMAGE", after)) == wanted


def test_all_that_runs_is_looked_at() -> None:
    head = WEB.replace("load:v1", "load:v2").replace("model:v1", "model:v2").replace("IMAGE", "web:1")
    assert [one[:3] for one in steps(WEB.replace("IMAGE", "web:1"), head)] == [
        ("load", "example.com/load:v1", "example.com/load:v2"),
        ("volume model", "example.com/model:v1", "example.com/model:v2"),
    ]


def test_containers_come_and_go() -> None:
    base = WEB.replace("IMAGE", f"web@{A}")
    more = base.replace(f'image: "web@{A}"}}]', f'image: "web@{A}"}}, {{name: proxy, image: "proxy@{B}"}}]')
    assert steps(base, more) == [("proxy", "", f"proxy@{B}", "a new container", True)]
    assert steps(more, base) == [("proxy", f"proxy@{B}", "", "no longer a container", True)]
    sidecar = base.replace('load:v1"', 'load:v1", restartPolicy: Always')
    assert steps(base, sidecar) == []


def test_objects_come_go_and_are_renamed() -> None:
    one, other = (WEB.replace("IMAGE", f"example.com/web:v{number}") for number in (1, 2))
    stranger = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata: {a: b}\n"
    assert [found[:3] for found in steps(stranger, f"{stranger}---{one}")] == [
        ("load", "", "example.com/load:v1"),
        ("web", "", "example.com/web:v1"),
        ("volume model", "", "example.com/model:v1"),
    ]
    assert {found[2] for found in steps(f"{stranger}---{one}", stranger)} == {""}
    assert steps(one, other.replace("name: web, namespace", "name: web2, namespace")) == [
        ("web", "example.com/web:v1", "example.com/web:v2", "", False)
    ]


def test_fields_of_other_kinds_that_name_images() -> None:
    release = """
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: shop}
spec:
  interval: 1h
  chartRef: {kind: OCIRepository, name: web}
  values:
    image: {repository: example.com/web, tag: v1}
    proxy: {image: "example.com/proxy:v1"}
"""
    assert steps(release, release.replace("v1}", "v2}").replace("proxy:v1", "proxy:latest")) == [
        ("values.image", "example.com/web:v1", "example.com/web:v2", "", False),
        (
            "values.proxy",
            "example.com/proxy:v1",
            "example.com/proxy:latest",
            "the tag latest: what runs is what the registry has when a node pulls it",
            False,
        ),
    ]


@pytest.mark.parametrize(
    ("older", "newer"),
    [("1.2", "1.10"), ("v1.0.0-beta1", "v1.0.0-rc1"), ("2024.1.1", "2024.2.1"), ("1.0.0-rc.1", "1.0.0"), ("3", "4")],
)
def test_age_is_the_other_way_round_backwards(older: str, newer: str) -> None:
    assert (age(older, newer), age(newer, older), age(older, older)) == (1, -1, 0)


@pytest.mark.parametrize(("before", "after"), [("main", "v1"), ("abc123", "def456"), ("1.2-alpine", "1.3-slim")])
def test_what_is_no_version_is_neither(before: str, after: str) -> None:
    assert age(before, after) == 0


def test_names_are_taken_apart_as_runtimes_do() -> None:
    assert named("nginx") == named("docker.io/library/nginx")
    assert named("a.b:5000/c/d:1@sha256:e").repository == "c/d"
    assert named("team/web:1").registry == "docker.io"
