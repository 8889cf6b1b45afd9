"""How a value is told: as JSON, shortened, and nothing that is a secret."""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST = 200
"""Letters of a value that are told."""
NOT_SHOWN = "(not shown)"
SECRET_NAME = re.compile(
    r"(?:^|[_.\-]|(?<=[a-z0-9]))(?:pass(?:word|wd|phrase)?|pwd|token|secret|api[_\-]?key|access[_\-]?key|private[_\-]?key"
    r"|credentials?|dsn)$",
    re.IGNORECASE,
)
"""Names of what is most likely a secret: `DB_PASSWORD`, `adminPassword`, `api-key`; not `secretName`."""
SECRET_FLAG = re.compile(
    r"^(--?[\w.\-]*(?:password|passwd|token|secret|api-?key|credential)[\w.\-]*=)(.+)$", re.IGNORECASE
)
IN_ADDRESS = re.compile(r"(://[^\s:/@]+:)[^\s/@]+(?=@)")
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def shown(value: object, key: str = "", *, is_secret: bool = False) -> str:
    """A value as JSON, shortened; nothing for None. `key` is what it stands under."""
    if value is None:
        return ""
    if is_secret:
        return NOT_SHOWN
    return shortened(json.dumps(masked(value, key), ensure_ascii=False, sort_keys=True, default=str))


def shortened(text: str, longest: int = LONGEST) -> str:
    """A text of at most so many letters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def masked(value: object, key: str = "") -> Any:  # noqa: ANN401 - any part of an object
    """A value without what looks like a secret."""
    if isinstance(value, dict):
        is_named = isinstance(value.get("name"), str) and SECRET_NAME.search(value["name"]) is not None
        hidden = ("value",) if is_named else ()
        return {
            name: NOT_SHOWN if name in hidden and isinstance(item, str) else masked(item, str(name))
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [masked(item, key) for item in value]
    if not isinstance(value, str):
        return value
    if key == LAST_APPLIED or (value and SECRET_NAME.search(key)):
        return NOT_SHOWN
    flag = SECRET_FLAG.match(value)
    return IN_ADDRESS.sub(rf"\1{NOT_SHOWN}", flag[1] + NOT_SHOWN if flag else value)
