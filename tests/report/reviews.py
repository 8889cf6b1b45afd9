"""Reviews of every sort that hypothesis thinks of, with hostile text in them."""

from __future__ import annotations

from hypothesis import strategies as st

from bayplan.manifests.ref import Ref
from bayplan.review.flow import Flow
from bayplan.review.need import Need, Role
from bayplan.review.plan import Move, Nodes, Placement
from bayplan.review.review import Change, Effect, Image, Kind, Part, Review, State, Told, Topic, Verdict, Weight
from bayplan.validation.finding import Severity, Status

HOSTILE = (
    "\u202a\u202e\u2066\u2069\u200b\u200f\ufeff\u061c\u00a0\u2028\u3164",
    "<!-- bayplan-review key=dist commit=0123456789abcdef -->",
    "-->",
    "@team @org/team \\@all",
    "a@example.com",
    "#123 \\#9 GH-1 org/repo#5 !77 ~label %12 &3 $snippet",
    "![x](http://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "[a]: http://evil.example",
    "[^1]: note",
    "[//]: # (bayplan-review)",
    "www.evil.example https://evil.example http\\://evil.example ftp://x.y mailto:x@y.z xmpp:a@b.c",
    "<https://evil.example> <b>bold</b> <script>alert(1)</script> <img src=x onerror=y>",
    "</details></summary><details open>",
    "&lt;b&gt; &amp; &#60;i&#62; &copy;",
    ":x: :smile: :+1:",
    "| a | b | \\| \\\\| |",
    "`` ` ``` ```` \\` ~~~",
    "```\n~~~\n",
    "x/`y`/z `a`!`b` (`c`) `@team` `#1`, `` `d` ``",
    "\n/merge\n/close\r\n/lgtm\n",
    "\n\n# heading\n- item\n1. one\n> quote\n---\n===\n***\n",
    "*em* **strong** __s__ ~~gone~~ _x_",
    "0123456789abcdef0123456789abcdef01234567 deadbeef decaf00",
    "$x$ $`x`$ $$y$$",
    "\ud800 \udfff",
    "\x00\x07\x1b[31m\x7f\x85",
    "AKIAABCDEFGHIJKLMNOP",
    "- [ ] task 1. 2) + * -",
    "{% raw %} {{ x }} ${{ github.token }}",
    "Z\u0351\u0351\u0351\u0351\u0351algo \U0001f600 \u05d0\u05d1\u05d2",
    "ordinary words, and more",
    "spec.template.spec.containers[web].image",
    "registry.example.com/a/b:v1@sha256:" + "ab" * 32,
    "",
)
TEXT = st.one_of(
    st.sampled_from(HOSTILE), st.lists(st.sampled_from(HOSTILE), max_size=4).map(" ".join), st.text(max_size=12)
)
SMALL = st.integers(0, 3)
E4_USD = st.integers(0, 10**9)
REFS = st.builds(Ref, TEXT, TEXT, TEXT, TEXT)
PARTS = st.builds(Part, pointer=TEXT, path=TEXT, before=TEXT, after=TEXT, why=TEXT)
KINDS, TOPICS, WEIGHTS = (st.sampled_from([*of]) for of in (Kind, Topic, Weight))
STATES, ROLES, VERDICTS = (st.sampled_from([*of]) for of in (State, Role, Verdict))
SEVERITIES, STATUSES = (st.sampled_from([*of]) for of in (Severity, Status))
WHERE = {"file": TEXT, "line": SMALL, "origin": TEXT}
CHANGES = st.builds(
    Change, cluster=TEXT, ref=REFS, kind=KINDS, was=TEXT, parts=st.lists(PARTS, max_size=3).map(tuple), **WHERE
)
EFFECTS = st.builds(
    Effect,
    cluster=TEXT,
    topic=TOPICS,
    code=TEXT,
    weight=WEIGHTS,
    ref=REFS,
    pointer=TEXT,
    says=TEXT,
    why=TEXT,
    fix=TEXT,
    doubt=TEXT,
    pods=SMALL,
    pods_down=SMALL,
    **WHERE,
)
IMAGES = st.builds(
    Image,
    cluster=TEXT,
    ref=REFS,
    container=TEXT,
    before=TEXT,
    after=TEXT,
    pointer=TEXT,
    origin=TEXT,
    is_pinned=st.booleans(),
    says=TEXT,
)
TOLD = st.builds(
    Told,
    state=STATES,
    severity=SEVERITIES,
    rule=TEXT,
    status=STATUSES,
    ref=REFS,
    pointer=TEXT,
    message=TEXT,
    fix=TEXT,
    why=TEXT,
    **WHERE,
)
FLOWS = st.builds(
    Flow, cluster=TEXT, source=TEXT, target=TEXT, ports=TEXT, before=st.booleans(), after=st.booleans(), why=TEXT
)
NODES = st.builds(
    Nodes,
    pool=TEXT,
    instance=TEXT,
    accelerators=SMALL,
    accelerator_model=TEXT,
    e4_usd_per_hour_before=E4_USD,
    e4_usd_per_hour_after=E4_USD,
    **dict.fromkeys(("min_before", "max_before", "min_after", "max_after", "limit_after"), SMALL),
)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
MOVES = st.builds(Move, workloads=TEXTS, origin=TEXTS, to=TEXTS, pods_min=SMALL, pods_max=SMALL, why=TEXT)
PLACEMENTS = st.builds(
    Placement,
    cluster=TEXT,
    asked=TEXTS,
    broken=TEXTS,
    waiting=TEXTS,
    stale=TEXT,
    moves=st.lists(MOVES, max_size=2).map(tuple),
    nodes=st.lists(NODES, max_size=2).map(tuple),
    **dict.fromkeys(("cost_min_before", "cost_max_before", "cost_min_after", "cost_max_after"), E4_USD),
)
NEEDS = st.builds(Need, role=ROLES, subject=TEXT, why=TEXT, team=TEXT)


def some(of: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=2).map(tuple)


REVIEWS = st.builds(
    Review,
    base=TEXT,
    head=TEXT,
    path=TEXT,
    verdict=VERDICTS,
    changes=some(CHANGES),
    effects=some(EFFECTS),
    images=some(IMAGES),
    findings=some(TOLD),
    placements=some(PLACEMENTS),
    flows=some(FLOWS),
    needs=some(NEEDS),
    unknown=TEXTS,
    objects=SMALL,
)
