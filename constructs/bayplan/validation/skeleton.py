"""The file of a rule that somebody is about to write."""

from __future__ import annotations

import re

LONGEST = 60
ARTICLES = frozenset({"a", "an", "the"})


def slug(title: str) -> str:
    """The name of file and function: the title in small letters, without articles."""
    words = [word for word in re.findall(r"[a-z0-9]+", title.lower()) if word not in ARTICLES]
    name = "_".join(words)[:LONGEST].rstrip("_") or "rule"
    return name if name[0].isalpha() else f"rule_{name}"


def skeleton(code: str, title: str) -> str:
    """The text of the file. It is well-formed and says nothing yet, so that the tests of all rules fail for it."""
    title = " ".join(title.split()).replace("\\", "").replace('"""', "'''")
    title = title[:1].upper() + title[1:]
    return FILE.format(code=code, title=title if title.endswith(".") else f"{title}.", name=slug(title))


FILE = '''"""{title}

TODO: what happens in production, in plain words, and how to mend it (at least twenty words).

Source: <https://TODO>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.validation.finding import Confidence, Severity
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
"""  # TODO: YAML that yields {code} and nothing else
GOOD = """
"""  # TODO: the same, mended


@rule(
    "{code}",
    severity=Severity.RISK,
    confidence=Confidence.HIGH,
    rows=(),
    kinds=("Service",),
    fix="TODO",
)
def {name}(manifest: Manifest, world: World) -> Iterator[Hit]:
    """TODO: look at the object; what is missing is asked of `world.lack`, which knows who else may own it."""
    yield from ()
'''
