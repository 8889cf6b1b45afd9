"""What became of objects: renamed, moved, explained, and never a secret."""

from __future__ import annotations

import pytest
from tests.review.beside import parts, told
from tests.review.step import compared

from bayplan.review.changes import changes

CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data:
  app.yaml: |
    server: {port: 80, hosts: [a, b]}
    debug: false
  start.sh: |
    #!/bin/sh
    set -e
    echo one
    exec run
  mode: fast
"""
LOGIN = """
apiVersion: v1
kind: Secret
metadata: {name: login, namespace: shop}
data: {user: YW5u, password: b25l}
"""
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {checksum/config: a1111111111111111}}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:v1
        args: [--token=abc, --url=https://ann:pw1@db.example.com/x]
        env: [{name: DB_PASSWORD, value: one}, {name: MODE, value: fast}]
        envFrom: [{configMapRef: {name: settings}}]
"""


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("port: 80", "port: 81", ["data[app.yaml].server.port: 80 -> 81"]),
        ("[a, b]", "[a, c, b]", ['data[app.yaml].server.hosts[1]:  -> "c"']),
        (
            "debug: false",
            "debug: false  # a word",
            ['data[app.yaml], line 2: "debug: false" -> "debug: false  # a word"'],
        ),
        ("echo one", "echo two\n    echo three", ['data[start.sh], lines 3-4: "echo one" -> "echo two\\necho three"']),
        ("    set -e\n", "", ['data[start.sh], line 2: "set -e" -> ']),
        ("mode: fast", "mode: slow", ['data.mode: "fast" -> "slow"']),
    ],
)
def test_texts_are_told_by_their_keys_or_lines(old: str, new: str, wanted: list[str]) -> None:
    assert told(CONFIG, CONFIG.replace(old, new)) == wanted


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("b25l", "dHdv", ["data.password: (not shown) -> (not shown)"]),
        ("data: {user: YW5u, password: b25l}", "stringData: {user: ann, password: one}", []),
        ("data: {user: YW5u, password: b25l}", "stringData: {user: ann, password: two}",
         ["stringData.password: (not shown) -> (not shown)"]),
        (", password: b25l", ", password: b25l, more: eA==", ["data.more:  -> (not shown)"]),
        ("user: YW5u, ", "", ["data.user: (not shown) -> "]),
        ("kind: Secret", "kind: Secret\ntype: Opaque", []),
    ],
)  # fmt: skip
def test_a_secret_is_never_shown(old: str, new: str, wanted: list[str]) -> None:
    assert told(LOGIN, LOGIN.replace(old, new)) == wanted


@pytest.mark.parametrize(
    ("old", "new", "hidden"),
    [
        ("value: one", "value: two", ("one", "two")),
        ("--token=abc", "--token=def", ("abc", "def")),
        ("ann:pw1@", "ann:pw2@", ("pw1", "pw2")),
        ("env: [{name: DB_PASSWORD, value: one}, {", "env: [{", ("one",)),
    ],
)
def test_what_looks_like_a_secret_is_not_shown(old: str, new: str, hidden: tuple[str, ...]) -> None:
    (found,) = parts(WEB, WEB.replace(old, new))
    assert not any(one in f"{found.before} {found.after}" for one in hidden)
    if found.before == found.after:
        assert found.why == "what is not shown is another"


def test_what_is_sealed_is_compared_by_its_cipher() -> None:
    sealed = LOGIN.replace("b25l", "'ENC[AES256_GCM,data:x]'") + "sops: {mac: a, lastmodified: b}\n"
    again = sealed.replace("mac: a", "mac: c").replace("data:x", "data:y")
    assert told(sealed, again) == ["data.password: (not shown) -> (not shown)"]
    assert told(sealed, sealed.replace("mac: a", "mac: c")) == []


def test_a_checksum_is_explained_by_what_the_pods_read() -> None:
    head = f"{CONFIG.replace('fast', 'slow')}---{WEB.replace('a1111111111111111', 'a2222222222222222')}"
    (cluster,) = compared(f"{CONFIG}---{WEB}", head)
    found = [one for change in changes(cluster) for one in change.parts if "checksum" in one.path]
    assert [one.why for one in found] == ["ConfigMap shop/settings has changed"]


def test_a_hash_in_a_name_is_explained_and_both_objects_are_one_to_the_reader() -> None:
    base = f"{CONFIG}---{WEB}".replace("name: settings", "name: settings-7h2k9m4fdb")
    head = f"{CONFIG}---{WEB}".replace("name: settings", "name: settings-gc5b8t6hmk").replace(
        "mode: fast", "mode: slow"
    )
    (cluster,) = compared(base, head)
    found = {(one.kind.value, one.ref.kind): one for one in changes(cluster)}
    assert found["added", "ConfigMap"].was == "renamed from ConfigMap shop/settings-7h2k9m4fdb"
    assert [one.path for one in found["added", "ConfigMap"].parts] == ["data.mode"]
    assert found["removed", "ConfigMap"].was == "renamed to ConfigMap shop/settings-gc5b8t6hmk"
    (part,) = found["modified", "Deployment"].parts
    assert part.why == "ConfigMap shop/settings has other content, and so another name"


def test_large_texts_and_lists_take_no_time() -> None:
    lines = "".join(f"    line {number % 7}\n" for number in range(4_000))
    base = CONFIG.replace("    echo one\n", lines)
    assert told(base, base.replace("line 3", "line three", 1)) == ['data[start.sh], line 6: "line 3" -> "line three"']
    assert told(base, base.replace("line 3", "line three", 1).replace("exec run", "exec go"))
    many = CONFIG.replace("hosts: [a, b]", f"hosts: [{', '.join(f'h{number}' for number in range(3_000))}]")
    assert len(told(many, many.replace("h1,", "g1,").replace("h2999", "g2999, more"))) == 4


def test_of_very_many_values_some_are_told_and_the_rest_counted() -> None:
    many = CONFIG + "".join(f"  key{number}: one\n" for number in range(900))
    (cluster,) = compared(many, many.replace(": one", ": two"))
    (found,) = changes(cluster)
    assert (len(found.parts), found.parts[-1].path) == (501, "400 more")


def test_a_document_that_is_nested_without_end_is_compared_by_its_lines() -> None:
    deep = CONFIG.replace("port: 80", f"port: {'[' * 400}{']' * 400}")
    assert told(deep, deep.replace("debug: false", "debug: true"))


def test_what_stands_in_another_file_is_moved() -> None:
    (cluster,) = compared(f"# file: a.yaml\n{CONFIG}", f"# file: b.yaml\n{CONFIG}")
    (found,) = changes(cluster)
    assert (found.kind.value, found.was, found.file, found.parts) == ("moved", "a.yaml", "b.yaml", ())


def test_another_name_of_a_workload_is_a_rename_and_strangers_are_none() -> None:
    (cluster,) = compared(WEB, WEB.replace("web", "shop-web"))
    assert [(one.kind.value, one.was) for one in changes(cluster)] == [
        ("added", "renamed from Deployment shop/web"),
        ("removed", "renamed to Deployment shop/shop-web"),
    ]
    other = WEB.replace("web", "mail").replace("--token=abc", "--x").replace("envFrom", "envfrom").replace("MODE", "Q")
    (cluster,) = compared(WEB, f"{other}      nodeSelector: {{a: b, c: d, e: f, g: h}}\n")
    assert {one.was for one in changes(cluster)} == {""}


def test_hundreds_of_objects_in_another_namespace_are_renamed_at_once() -> None:
    many = "---".join(CONFIG.replace("name: settings", f"name: settings{number}") for number in range(300))
    (cluster,) = compared(many, many.replace("namespace: shop", "namespace: store"))
    told = [one.was for one in changes(cluster) if one.kind.value == "added"]
    assert len(told) == 300
    assert told[7].startswith("renamed from ConfigMap shop/settings")
    assert len({*told}) == 300


def test_an_object_that_another_kustomization_applies_is_moved() -> None:
    sync = """# file: flux/{0}.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {0}, namespace: flux-system}}
spec: {{interval: 10m, path: ./{0}, prune: true, sourceRef: {{kind: GitRepository, name: flux-system}}}}
"""
    source = """# file: flux/source.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, url: "https://git.example.com/a/b"}
"""
    flux = source + sync.format("apps") + sync.format("infra")
    (cluster,) = compared(f"{flux}# file: apps/a.yaml\n{CONFIG}", f"{flux}# file: infra/a.yaml\n{CONFIG}")
    assert [one.was for one in changes(cluster)] == ["apps/a.yaml, applied by Kustomization flux-system/apps"]
