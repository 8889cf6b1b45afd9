"""Go's regular expressions, said so that Go, Rust, Python and JavaScript all read them alike."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?i\)|\(\?i:|[()]|.", re.DOTALL)
_LETTERS = re.compile(r"\\.|[a-zA-Z]-[a-zA-Z]|[a-zA-Z]")


def portable(pattern: str) -> str:
    """Write the flag `(?i)` out as `[Aa]`: ECMA's expressions, which JSON Schema speaks, do not have it."""
    if "(?i" not in pattern:
        return pattern
    out: list[str] = []
    folding = False
    around: list[bool] = []
    for part in _TOKEN.findall(pattern):
        match part:
            case "(?i)":
                folding = True
            case "(?i:":
                around.append(folding)
                folding = True
                out.append("(?:")
            case "(":
                around.append(folding)
                out.append(part)
            case ")":
                folding = around.pop()
                out.append(part)
            case _:
                out.append(_folded(part) if folding else part)
    return "".join(out)


def _folded(part: str) -> str:
    if part.startswith("["):
        others = (letters.swapcase() for letters in _LETTERS.findall(part) if not letters.startswith("\\"))
        return part[:-1] + "".join(dict.fromkeys(other for other in others if other not in part)) + "]"
    if len(part) == 1 and part.isascii() and part.isalpha():
        return f"[{part.upper()}{part.lower()}]"
    return part
