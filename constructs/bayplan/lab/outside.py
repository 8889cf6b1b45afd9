"""What is outside of a lab, as far as its controllers ask it: `python -m bayplan.lab.outside <folder> <port>`.

Prometheus, whatever its name is (KEDA takes this for its proxy): every question has the answer 0, until the lab's user
says otherwise in `answers.json` in the lab's folder: a number by a part of the questions that it answers, or null where
there is no series. And a store that knows every secret, by values that tell what was asked for.
Source: <https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries>
"""

from __future__ import annotations

import json
import sys
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs

from bayplan.lab.answers import Answers
from bayplan.lab.port import LOOPBACK

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from bayplan.lab.api import Body

ANSWERS = "answers.json"
"""In the lab's folder."""
SECRETS = "/secrets"
"""Where the store is, on the same port."""
LOGIN = ".dockerconfigjson"
"""The one key of a Secret whose value the API server reads."""


class Handler(Answers):
    """One question of a controller."""

    folder: ClassVar[Path]

    def respond(self, asked: SplitResult) -> None:
        """As Prometheus, or as the store."""
        words = {key: values[0] for key, values in parse_qs(asked.query).items()}
        match asked.path:
            case "/readyz":
                self.answer({})
            case "/api/v1/query":
                self.answer(answer(self.folder, words.get("query", "")))
            case place if place == SECRETS:
                self.answer({"value": secret(words.get("key", ""), words.get("property", ""))})
            case _:
                self.send_error(404)


def answer(folder: Path, query: str) -> Body:
    """What Prometheus would say: one number, or no series."""
    file = folder / ANSWERS
    said: dict[str, float | None] = json.loads(file.read_text()) if file.exists() else {}
    number = next((said[part] for part in sorted(said) if part in query), 0)
    series = [] if number is None else [{"metric": {}, "value": [0, str(number)]}]
    return {"status": "success", "data": {"resultType": "vector", "result": series}}


def secret(key: str, part: str) -> str:
    """The value of a key of a secret."""
    return '{"auths":{}}' if part == LOGIN else f"{key}#{part}"


def main(folder: str, port: str) -> None:
    """Serve until ended."""
    Handler.folder = Path(folder)
    ThreadingHTTPServer((LOOPBACK, int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
