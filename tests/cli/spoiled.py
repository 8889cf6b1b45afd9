"""What can be wrong with what people write, and what they are told."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """What is spoiled, and what is said about it."""

    name: str
    says: tuple[str, ...]
    """All of these stand in the message; the first names file and line."""
    change: dict[str, tuple[str, str]] = field(default_factory=dict)
    write: dict[str, str | bytes] = field(default_factory=dict)


EAST = "clusters/east/cluster.yaml"

SPOILED = [
    Case(
        "broken YAML", ("apps/bot.yaml:5", "line 4"), change={"apps/bot.yaml": ("- kind: Service", "- kind: [Service")}
    ),
    Case("a tab", ("apps/bot.yaml:5", "tab"), change={"apps/bot.yaml": ("    name: api", "\tname: api")}),
    Case("a key twice", ("apps/bot.yaml:2", "name", "twice"), change={"apps/bot.yaml": ("team:", "name:")}),
    Case(
        "an unknown key in YAML",
        ("apps/bot.yaml:7", "'replica'", "replicas"),
        change={"apps/bot.yaml": ("replicas: 2", "replica: 2")},
    ),
    Case(
        "an unknown key in Python",
        ("apps/shop.py:11", "'autoscal'", "autoscale"),
        change={"apps/shop.py": ("autoscale=", "autoscal=")},
    ),
    Case("a wrong unit", ("apps/shop.py:10", "256Mb", "Mi"), change={"apps/shop.py": ("256Mi", "256Mb")}),
    Case("negative replicas", ("apps/bot.yaml:7", "-2"), change={"apps/bot.yaml": ("replicas: 2", "replicas: -2")}),
    Case("min above max", ("apps/shop.py:11", "9", "6"), change={"apps/shop.py": ("min=2", "min=9")}),
    Case(
        "Python that raises",
        ("apps/shop.py:3", "ZeroDivisionError"),
        change={"apps/shop.py": ("\napp =", "\nprint, app = 1 / 0,")},
    ),
    Case("Python without app", ("apps/shop.py", "app"), change={"apps/shop.py": ("app = App", "thing = App")}),
    Case(
        "Python that prints", ("apps/shop.py:2", "print"), change={"apps/shop.py": ("\n\napp", "\nprint('hello')\napp")}
    ),
    Case("Python with a syntax error", ("apps/shop.py:3",), change={"apps/shop.py": ("app = App(", "app = = App(")}),
    Case("two apps of one name", ("apps/bot.yaml:1", "shop"), change={"apps/bot.yaml": ("name: bot", "name: shop")}),
    Case(
        "a cluster without pools",
        ("clusters/east/cluster.yaml:6", "pool"),
        change={
            "clusters/east/cluster.yaml": (
                "pools:\n  - {name: general, instance: m7i.xlarge, zones: [a, b], nodes: {min: 2, max: 6}}",
                "pools: []",
            )
        },
    ),
    Case(
        "an unknown instance type",
        ("clusters/east/cluster.yaml:7", "m7i.xlage", "m7i.xlarge"),
        change={"clusters/east/cluster.yaml": ("m7i.xlarge", "m7i.xlage")},
    ),
    Case(
        "a workload larger than any node",
        ("apps/shop.py", "shop/front", "general"),
        change={"apps/shop.py": ('cpu="500m"', 'cpu="64"')},
    ),
    Case(
        "more than the pools can hold",
        ("apps/shop.py", "shop/front", "general"),
        change={"apps/shop.py": ("max=6", "max=600")},
    ),
    Case(
        "a machine without CPU",
        ("clusters/east/cluster.yaml:7", "cpu: 0 is too little"),
        change={EAST: ("instance: m7i.xlarge", 'instance: {cpu: 0, memory: 4Gi, usd_per_hour: "1"}')},
    ),
    Case(
        "negative memory",
        ("clusters/east/cluster.yaml:7", "'-4Gi' is negative"),
        change={EAST: ("instance: m7i.xlarge", 'instance: {cpu: 4, memory: -4Gi, usd_per_hour: "1"}')},
    ),
    Case(
        "an overhead larger than the machine",
        ("clusters/east/cluster.yaml:7", "overhead leaves no cpu"),
        change={EAST: ("instance: m7i.xlarge", 'instance: m7i.xlarge, overhead: {cpu: "9"}')},
    ),
    Case(
        "a price with five decimals",
        ("clusters/east/cluster.yaml:7", "0.12345", "at most four decimals"),
        change={EAST: ("instance: m7i.xlarge", 'instance: m7i.xlarge, usd_per_hour: "0.12345"')},
    ),
    Case(
        "a negative price",
        ("clusters/east/cluster.yaml:7", "-0.1"),
        change={EAST: ("instance: m7i.xlarge", 'instance: m7i.xlarge, usd_per_hour: "-0.1"')},
    ),
    Case(
        "a node that nobody can count",
        ("clusters/east/cluster.yaml:7", "a node of general has 9000000000000000 CPU: too much to count"),
        change={EAST: ("instance: m7i.xlarge", 'instance: {cpu: 9000000000000000, memory: 8Gi, usd_per_hour: "1"}')},
    ),
    Case(
        "nodes that nobody can count together",
        ("clusters/east/cluster.yaml:7", "the 100,000 nodes of general have 97656250000000Gi memory together"),
        change={
            EAST: (
                "instance: m7i.xlarge, zones: [a, b], nodes: {min: 2, max: 6}",
                'instance: {cpu: 4, memory: 1000000000000Mi, usd_per_hour: "1"}, zones: [a], nodes: {max: 100000}',
            )
        },
    ),
    Case(
        "money that nobody can count",
        ("clusters/east/cluster.yaml:", "may cost", "USD/h: too much to count"),
        change={
            EAST: (
                "  - {name: general",
                "".join(
                    f"  - {{name: p{number}, instance: m7i.xlarge, zones: [a], nodes: {{max: 100000}},"
                    ' usd_per_hour: "99999.9999"}\n'
                    for number in range(100)
                )
                + "  - {name: general",
            )
        },
    ),
    Case(
        "replicas that nobody can count together",
        ("apps/bot.yaml:4", "the 10,001 replicas of bot/api ask for", "together: too much to count"),
        change={"apps/bot.yaml": ("replicas: 2", "replicas: 10000\n    resources: {cpu: 1000000000}")},
    ),
    Case(
        "two pools of one name",
        ("clusters/east/cluster.yaml:8", "two pools are called 'general'"),
        change={
            EAST: (
                "nodes: {min: 2, max: 6}}",
                "nodes: {min: 2, max: 6}}\n  - {name: general, instance: m7i.xlarge, zones: [a], nodes: {max: 1}}",
            )
        },
    ),
    Case(
        "two workloads of one name",
        ("apps/bot.yaml:10", "two workloads are called 'api'"),
        change={
            "apps/bot.yaml": (
                "      callers: [shop/front]",
                "      callers: [shop/front]\n  - {kind: Service, name: api, image: a.io/b:v1}",
            )
        },
    ),
    Case(
        "a model of accelerator that nobody makes",
        ("apps/bot.yaml:8", "no accelerator is called 'h1000'", '"h100"'),
        change={"apps/bot.yaml": ("replicas: 2", "replicas: 2\n    accelerator: {model: h1000}")},
    ),
    Case(
        "neighbours in a circle",
        ("apps/shop.py:12", "a circle"),
        change={
            "apps/bot.yaml": ("replicas: 2", "replicas: 2\n    near: [shop/front]"),
            "apps/shop.py": ("            expose=", '            near=["bot/api"],\n            expose='),
        },
    ),
    Case(
        "near and apart at once",
        ("apps/bot.yaml:8", "near shop/front and apart from it"),
        change={
            "apps/bot.yaml": ("replicas: 2", "replicas: 2\n    near: [shop/front]\n    apart: [shop/front]"),
        },
    ),
    Case("a corrupt plan.lock", ("clusters/east/plan.lock",), write={"clusters/east/plan.lock": b"\x00\xff{["}),
    Case(
        "a key that is an order to a CI or a terminal",
        (r"apps/bot.yaml:8: unknown key '\n::error::x\x1b[2J'",),
        change={"apps/bot.yaml": ("    access:", '    "\\n::error::x\\e[2J": 1\n    access:')},
    ),
    Case(
        "a YAML app in conflict",
        ("apps/bot.yaml:2: holds the marks of an unfinished merge", "remove the marks"),
        write={"apps/bot.yaml": "name: bot\n<<<<<<< HEAD\nteam: a\n=======\nteam: b\n>>>>>>> pr\nworkloads: []\n"},
    ),
    Case(
        "a Python app in conflict",
        ("apps/shop.py:3: holds the marks of an unfinished merge", "remove the marks"),
        write={"apps/shop.py": "from bayplan import App\n\n<<<<<<< HEAD\nA = 1\n=======\nA = 2\n>>>>>>> pr\n"},
    ),
    Case(
        "a cluster in conflict",
        ("clusters/east/cluster.yaml:1: holds the marks of an unfinished merge",),
        change={
            "clusters/east/cluster.yaml": (
                "name: east\n",
                "<<<<<<< HEAD\nname: east\n||||||| base\n=======\n>>>>>>> pr\n",
            )
        },
    ),
    Case(
        "a name that leaves the tree",
        ("apps/bot.yaml:1", "../evil"),
        change={"apps/bot.yaml": ("name: bot", "name: ../evil")},
    ),
    Case(
        "file names that differ only by case",
        ("apps/", "case"),
        write={"apps/Bot.yaml": "name: other\nteam: web\nworkloads: [{kind: Service, name: a, image: a.io/b:v1}]\n"},
    ),
]
