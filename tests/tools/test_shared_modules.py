"""Programs that stand on Kubernetes' libraries take them in one version, so that they are compiled once for all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
FIRST = "flux-build"
"""Has the fewest modules, and is built first."""


def versions(tool: str) -> dict[str, str]:
    """Module to version, as a go.mod requires them."""
    text = (TOOLS / tool / "go.mod").read_text()
    return dict(re.findall(r"^(?:require )?\s*(\S+\.\S+/\S+) (v\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("tool", ["flux", "kwok", "batch", "istio"])
def test_what_is_compiled_for_all_has_one_version(tool: str) -> None:
    wanted, found = versions(FIRST), versions(tool)
    others = {name: (version, found[name]) for name, version in wanted.items() if found.get(name, version) != version}
    assert others == {}, f"raise them in the go.mod that has the older one: `go get <module>@<version>` in tools/{tool}"
    assert "k8s.io/client-go" in wanted.keys() & found.keys()
