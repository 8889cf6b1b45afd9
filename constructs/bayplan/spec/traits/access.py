"""Who may call a workload."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from bayplan.spec.many import Many
from bayplan.spec.word import Word
from bayplan.spec.wrong import refuse, show


def _check_caller(text: str) -> str:
    if not re.fullmatch(r"([a-z][-a-z0-9]*/)?[a-z][-a-z0-9]*", text):
        refuse(
            f"{show(text)} is no caller", 'Write "web" for a workload of this app, "shop/web" for one of the app shop.'
        )
    return text


class Access(Word):
    """Callers by name. Everybody else inside the platform is refused, by the network and by identity."""

    callers: Many[Annotated[str, AfterValidator(_check_caller)]] = ()
    """Workloads that may call: `"web"` of the same app, `"shop/web"` of another. With `expose` the gateway may, too."""
