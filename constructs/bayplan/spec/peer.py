"""How one workload names another."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from bayplan.spec.wrong import refuse, show


def _check_peer(text: str) -> str:
    if not re.fullmatch(r"([a-z][-a-z0-9]*/)?[a-z][-a-z0-9]*", text):
        fix = 'Write "web" for a workload of this app, "shop/web" for one of the app shop.'
        refuse(f"{show(text)} names no workload", fix)
    return text


PeerName = Annotated[str, AfterValidator(_check_peer)]
"""`web` for a workload of the same app, `shop/web` for one of the app `shop`."""


def full_name(app: str, peer: str) -> str:
    """`shop/web`, whichever way it was said in an app."""
    return peer if "/" in peer else f"{app}/{peer}"
