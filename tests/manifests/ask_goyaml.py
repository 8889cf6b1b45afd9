"""What Kubernetes' own YAML library says of a text: `python -m tests.manifests.ask_goyaml` makes goyaml.json anew.

The answers are kept, so that the tests need no Go; where `make tools` has built tools/goyaml, the tests ask it, too.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

GOYAML = Path(__file__).parents[2] / ".cache" / "bin" / "goyaml"
TABLE = Path(__file__).parent / "goyaml.json"
REFUSED = "refused"


def ask(texts: Sequence[str]) -> list[Any]:
    """The JSON value of each text, or REFUSED."""
    questions = "".join(f"{json.dumps(text)}\n" for text in texts)
    told = subprocess.run([GOYAML], input=questions, capture_output=True, text=True, check=True)
    return [plain(json.loads(line)) for line in told.stdout.split("\n")[:-1]]


def plain(answer: Any) -> Any:
    """An answer as a Python reader gives it: whole numbers of 64 bits are integers however JSON wrote them."""
    match answer:
        case {"error": str()}:
            return REFUSED
        case dict():
            return {key: plain(value) for key, value in answer.items()}
        case list():
            return [plain(item) for item in answer]
        case float() if answer.is_integer() and abs(answer) < 1 << 63:
            return int(answer)
        case int() if not -(1 << 63) <= answer < 1 << 64:
            return float(answer)
    return answer


if __name__ == "__main__":
    known = json.loads(TABLE.read_text())
    answers = dict(zip(known, ask(list(known)), strict=True))
    TABLE.write_text(json.dumps(answers, indent=1, ensure_ascii=True) + "\n")
    print(f"{len(answers)} texts, {sum(answer == REFUSED for answer in answers.values())} refused")
