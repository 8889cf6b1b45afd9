# ruff: noqa: E501 - one row a mistake reads best
"""What people write becomes a Platform, or everything that is wrong with it at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bayplan.spec.load import load

if TYPE_CHECKING:
    from tests.spec.repository_of_specs import Repository

PYTHON = """\
from bayplan import Access, Accelerator, App, Autoscale, Expose, ModelServer, Resources, Rollout, Service, Spread

app = App(
    name="shop",
    team="web",
    clusters=["lab"],
    workloads=[
        Service(name="front", image="r.example.com/front:v1", env={"MODE": "fast"}, autoscale=Autoscale(min=2, max=5)),
        ModelServer(
            name="model",
            image="r.example.com/model:v1",
            resources=Resources(cpu=0.5, memory="1.5Gi"),
            accelerator=Accelerator(model="L4", memory="16Gi"),
            access=Access(callers=["front", "shop/model"]),
            expose=Expose(host="model.example.com", paths=["/v1"], timeout="1m30s"),
            rollout=Rollout(surge="25%"),
            spread=Spread(zones="must"),
        ),
    ],
)
"""
YAML = """\
name: shop
team: web
clusters: [lab]
workloads:
  - kind: Service
    name: front
    image: r.example.com/front:v1
    env: {MODE: fast}
    autoscale: {min: 2, max: 5}
  - kind: ModelServer
    name: model
    image: r.example.com/model:v1
    resources: {cpu: 0.5, memory: 1.5Gi}
    accelerator: {model: L4, memory: 16Gi}
    access: {callers: [front, shop/model]}
    expose: {host: model.example.com, paths: [/v1], timeout: 1m30s}
    rollout: {surge: 25%}
    spread: {zones: must}
"""
BOT = "name: bot\nteam: web\nworkloads:\n  - kind: Service\n    name: api\n    image: r.example.com/a/b:v1\n    replicas: 2\n"


def test_python_and_yaml_say_the_same(repository: Repository) -> None:
    repository.write("apps/shop.py", PYTHON)
    (python,) = load(repository.root).apps
    (repository.root / "apps/shop.py").unlink()
    repository.write("apps/shop.yaml", YAML)
    (yaml,) = load(repository.root).apps
    assert python == yaml
    assert hash(python) == hash(yaml)


def test_every_word_knows_its_line(repository: Repository) -> None:
    repository.write("apps/shop.py", PYTHON)
    repository.write("apps/bot.yaml", BOT)
    bot, shop = load(repository.root).apps
    (_, front), (_, model) = shop.servers
    assert (shop.origin, front.origin, model.origin) == ("apps/shop.py#L3", "apps/shop.py#L8", "apps/shop.py#L9")
    assert model.expose is not None
    assert model.expose.origin == "apps/shop.py#L15"
    assert (bot.origin, bot.workloads[0].origin) == ("apps/bot.yaml#L1", "apps/bot.yaml#L4")
    assert bot.workloads[0].resources.origin == "", "nobody wrote it"


SPOILED = {
    "unknown key": ("replicas:", "replica:", "apps/bot.yaml:7: unknown key 'replica' Did you mean 'replicas'?"),
    "missing": ("    name: api\n", "", "apps/bot.yaml:4: 'name' is missing"),
    "negative": (": 2", ": -2", "apps/bot.yaml:7: replicas: -2 is below 0"),
    "text for a number": (": 2", ": two", "apps/bot.yaml:7: replicas: 'two' is no whole number"),
    "quoted number": (": 2", ': "2"', "apps/bot.yaml:7: replicas: '2' is no whole number"),
    "true for a number": (": 2", ": true", "apps/bot.yaml:7: replicas: true is no whole number"),
    "number for text": ("team: web", "team: 7", 'apps/bot.yaml:2: team: 7 is no text Put it in quotes: "7".'),
    "no list": ("replicas: 2", "args: x", "apps/bot.yaml:7: args: 'x' is no list"),
    "no block": ("replicas: 2", "resources: 3", "apps/bot.yaml:7: resources: 3 is no block of keys"),
    "unknown kind": ("Service", "Servic", "apps/bot.yaml:4: no kind of workload is called 'Servic' Did you mean 'Service'?"),
    "no kind": ("- kind: Service\n    name", "- name", "apps/bot.yaml:4: 'kind' is missing"),
    "no workloads": (BOT[BOT.index("workloads"):], "workloads: []\n", "apps/bot.yaml:3: workloads: there is none"),
    "upper case": ("name: bot", "name: Bot", "apps/bot.yaml:1: name: 'Bot' is no name"),
    "too long": ("name: bot", f"name: {'b' * 41}", "apps/bot.yaml:1: name:"),
    "leaves the tree": ("name: bot", "name: ../evil", "apps/bot.yaml:1: name: '../evil' is no name"),
    "of the platform": ("name: bot", "name: kube-system", "apps/bot.yaml:1: name: 'kube-system' belongs to"),
    "namespace of the mesh": ("name: bot", "name: istio-ingress", "apps/bot.yaml:1: 'istio-ingress' is a namespace"),
    "image": ("r.example.com/a/b:v1", "https://r.example.com/a", "apps/bot.yaml:6: image: 'https://r.example.com/a' is no"),
    "digest": ("b:v1", "b@sha256:abc", "apps/bot.yaml:6: image:"),
    "host": ("replicas: 2", "expose: {host: localhost}", "apps/bot.yaml:7: host: 'localhost' is no host name"),
    "path": ("replicas: 2", "expose: {host: a.b, paths: [v1]}", "apps/bot.yaml:7: paths: 'v1' is no path"),
    "timeout": ("replicas: 2", "expose: {host: a.b, timeout: 5 minutes}", "apps/bot.yaml:7: timeout: '5 minutes'"),
    "limit": ("replicas: 2", "resources: {cpu: 2, cpu_limit: 1}", "apps/bot.yaml:7: cpu_limit 1 is below cpu 2"),
    "mesh port": ("replicas: 2", "port: 15001", "apps/bot.yaml:7: port 15001 belongs to the mesh"),
    "setting": ("replicas: 2", "env: {1A: x}", "apps/bot.yaml:7: 1A: '1A' is no name of a setting"),
    "setting that is no text": ("replicas: 2", "env: {A: true}", 'apps/bot.yaml:7: A: true is no text Put it in quotes: "true".'),
    "number as it is written": ("replicas: 2", "env: {A: 1.10}", 'apps/bot.yaml:7: A: 1.10 is no text Put it in quotes: "1.10".'),
    "octal as it is written": ("replicas: 2", "args: [x, 0o17]", 'apps/bot.yaml:7: args: 0o17 is no text Put it in quotes: "0o17".'),
    "setting that is no key": ("replicas: 2", "env: {N: x}", 'apps/bot.yaml:7: the key N is read as false Put it in quotes: "N".'),
    "choice that is no text": ("replicas: 2", "spread: {zones: off}", 'apps/bot.yaml:7: zones: off is not possible here Put it in quotes: "off".'),
    "substitution": ("replicas: 2", "env: {A: '${B}'}", "apps/bot.yaml:7: A: the text holds"),
    "both": ("replicas: 2", "replicas: 2\n    autoscale: {min: 1, max: 2}", "apps/bot.yaml:7: both replicas and autoscale"),
    "order": ("replicas: 2", "autoscale: {min: 3, max: 2}", "apps/bot.yaml:7: min 3 is above max 2"),
    "caller": ("replicas: 2", "access: {callers: [apy]}", "apps/bot.yaml:7: no workload is called 'apy' Did you mean \"api\"?"),
    "caller's form": ("replicas: 2", "access: {callers: [A/b]}", "apps/bot.yaml:7: callers: 'A/b' names no workload"),
    "cluster": ("team: web", "team: web\nclusters: [labb]", "apps/bot.yaml:3: no cluster is called 'labb' Did you mean"),
    "twice": ("replicas: 2", "replicas: 2\n  - {kind: Service, name: api, image: a.b/c:1}", "apps/bot.yaml:8: two workloads"),
    "surge": ("replicas: 2", "rollout: {surge: 0}", "apps/bot.yaml:7: surge: 0 is below 1"),
    "choice": ("replicas: 2", "spread: {zones: mus}", "apps/bot.yaml:7: zones: 'mus' is not possible here Did you mean"),
    "broken": ("- kind: Service", "- kind: [Service", "apps/bot.yaml:"),
    "tab": ("    name: api", "\tname: api", "apps/bot.yaml:5:"),
    "key twice": ("team:", "name:", "apps/bot.yaml:2:"),
    "two documents": ("name: bot", "a: b\n---\nname: bot", "apps/bot.yaml:3: the file holds several documents"),
    "no app at all": (BOT, "# nothing\n", "apps/bot.yaml: the file is empty"),
    "no mapping": (BOT, "[1]\n", "apps/bot.yaml:1:"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), SPOILED.values(), ids=SPOILED.keys())
def test_a_spoiled_yaml_app_is_one_clear_complaint(repository: Repository, old: str, new: str, words: str) -> None:
    assert old in BOT
    repository.write("apps/bot.yaml", BOT.replace(old, new))
    (complaint,) = repository.complaints()
    assert complaint.startswith(words)


SPOILED_CLUSTERS = {
    "no pools": ("  - name: general\n    instance: m7i.xlarge\n    zones: [a, b]\n    nodes: {min: 2, max: 6}\n", "  []\n", ":6: pools: there is none"),
    "type": ("m7i.xlarge", "m7i.xlage", ":8: no instance type is called 'm7i.xlage' Did you mean \"m7i.xlarge\"?"),
    "zone of another region": ("[a, b]", "[a, us-east-1b]", ":9: zone 'us-east-1b' is not in eu-central-1"),
    "zone twice": ("[a, b]", "[a, eu-central-1a]", ":9: zone 'eu-central-1a' is named twice"),
    "nodes": ("min: 2", "min: 7", ":10: min 7 is above max 6"),
    "no flux": ('flux: "2.9", ', "", ":4: flux is not among the controllers"),
    "almost istio": ("istio:", "isto:", ":4: no controller is called 'isto' Did you mean \"istio\"?"),
    "unquoted version": ('"2.9"', "2.9", ':4: flux: 2.9 is no text Put it in quotes: "2.9".'),
    "unquoted Kubernetes": ('"1.37"', "1.37", ':3: kubernetes: 1.37 is not possible here Put it in quotes: "1.37".'),
    "folder": ("name: lab", "name: lap", ":1: the cluster is called 'lap', its folder 'lab'"),
    "spot without a price": ("zones: [a, b]", "zones: [a, b]\n    capacity: spot", ":7: spot pool 'general' has no price"),
    "price": ("zones: [a, b]", 'zones: [a, b]\n    usd_per_hour: "0.12345"', ":10: usd_per_hour: '0.12345' is no price"),
    "overhead": ("zones: [a, b]", "zones: [a, b]\n    overhead: {cpu: 8}", ":10: overhead leaves no cpu"),
    "own label": ("zones: [a, b]", "zones: [a, b]\n    labels: {bayplan.dev/pool: x}", ":10: labels: the label bayplan.dev/pool"),
    "short git": ("https://git.example.com/platform.git", "git@git.example.com:platform.git", ":5: url:"),
    "credentials": ("https://git", "https://me:secret@git", ":5: url: the URL holds credentials"),
    "accelerators": ("m7i.xlarge", "{cpu: 4, memory: 8Gi, accelerators: 2, usd_per_hour: 1}", ":8: 2 accelerators without a model"),
    "pools of one name": ("    nodes: {min: 2, max: 6}\n", "    nodes: {max: 6}\n  - {name: general, instance: m7i.large, zones: [a], nodes: {max: 1}}\n", ":11: two pools are called 'general'"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), SPOILED_CLUSTERS.values(), ids=SPOILED_CLUSTERS.keys())
def test_a_spoiled_cluster_is_one_clear_complaint(repository: Repository, old: str, new: str, words: str) -> None:
    repository.change_cluster(old, new)
    (complaint,) = repository.complaints()
    assert complaint.startswith(f"clusters/lab/cluster.yaml{words}")


def test_credentials_in_a_url_are_not_repeated(repository: Repository) -> None:
    repository.change_cluster("https://git", "https://me:secret@git")
    assert "secret@" not in repository.complaints()[0]


def test_mistakes_of_all_files_are_told_at_once(repository: Repository) -> None:
    repository.change_cluster("max: 6", "max: six")
    repository.write("apps/bot.yaml", BOT.replace(": 2", ": two"))
    repository.write("apps/shop.py", PYTHON.replace("1.5Gi", "1.5GB"))
    assert [complaint.split(":")[0] for complaint in repository.complaints()] == [
        "apps/bot.yaml",
        "apps/shop.py",
        "clusters/lab/cluster.yaml",
    ]


def test_two_apps_of_one_name_are_both_named(repository: Repository) -> None:
    repository.write("apps/a.yaml", BOT)
    repository.write("apps/b.yaml", BOT)
    first, second = repository.complaints()
    assert first.startswith("apps/a.yaml:1: the app 'bot' is also in apps/b.yaml")
    assert second.startswith("apps/b.yaml:1: the app 'bot' is also in apps/a.yaml")


def test_one_address_leads_to_one_workload(repository: Repository) -> None:
    exposed = BOT.replace("replicas: 2", "expose: {host: a.example.com}")
    repository.write("apps/a.yaml", exposed)
    repository.write("apps/b.yaml", exposed.replace("bot", "bob"))
    (complaint,) = repository.complaints()
    assert complaint.startswith("apps/b.yaml:7: bob/api is exposed under a.example.com/, as bot/api is")


def test_what_is_exposed_needs_a_gateway(repository: Repository) -> None:
    repository.change_cluster(', istio: "1.31"', "")
    repository.write("apps/bot.yaml", BOT.replace("replicas: 2", "expose: {host: a.example.com}"))
    (complaint,) = repository.complaints()
    assert complaint.startswith("apps/bot.yaml:7: api is exposed, but cluster lab has no istio")


def test_nothing_is_called_missing_while_a_file_cannot_be_read(repository: Repository) -> None:
    repository.write("apps/bot.yaml", BOT.replace("replicas: 2", "access: {callers: [shop/front]}"))
    repository.write("apps/shop.py", "app = = 1\n")
    (complaint,) = repository.complaints()
    assert complaint.startswith("apps/shop.py:1")


FILES = {
    "outside": (lambda root: (root / "apps/x.yaml").symlink_to("/etc/hostname"), "apps/x.yaml: leads out of the repository"),
    "dangling": (lambda root: (root / "apps/x.yaml").symlink_to("nowhere.yaml"), "apps/x.yaml: is a link that leads nowhere"),
    "fifo": (lambda root: os.mkfifo(root / "apps/x.yaml"), "apps/x.yaml: is neither file nor folder"),
    "folder": (lambda root: (root / "apps/x.yaml").mkdir(), "apps/x.yaml: is a folder"),
    "case": (lambda root: (root / "apps/Bot.yaml").write_text(BOT), "apps/bot.yaml: differs from Bot.yaml only by case"),
    "other": (lambda root: (root / "apps/bot.json").write_text("{}"), "apps/bot.json: is no app file"),
    "cluster": (lambda root: (root / "clusters/east").mkdir(), "clusters/east/cluster.yaml: is missing"),
    "no clusters": (lambda root: (root / "clusters").rename(root / "old"), "clusters: holds no cluster"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "words"), FILES.values(), ids=FILES.keys())
def test_files_that_are_no_files_are_told(repository: Repository, spoil: object, words: str) -> None:
    repository.write("apps/bot.yaml", BOT)
    assert callable(spoil)
    spoil(repository.root)
    assert repository.complaints()[0].startswith(words)


def test_readmes_and_hidden_files_are_passed_over(repository: Repository) -> None:
    repository.write("apps/README.md", "# apps")
    repository.write("apps/.bot.yaml.swp", "x")
    repository.write("apps/_notes.txt", "x")
    repository.write("clusters/README.md", "# clusters")
    assert load(repository.root).apps == ()
