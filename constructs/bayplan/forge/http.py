"""Questions to a forge over HTTP, with a token that goes nowhere else.

urllib3 does the work: certificates are verified, what a server is too busy for is asked again, more slowly each time,
and as late as the server says. No redirect is followed and no address that an answer names is asked, so that the token
stays with the host that it was given for. Whatever goes wrong is told in words for people, and never with the token.
"""

from __future__ import annotations

import json
import re
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, unquote, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from pydantic import TypeAdapter, ValidationError
from urllib3.exceptions import HTTPError, MaxRetryError, SSLError

from bayplan.complaint import BadInput, Complaint
from bayplan.forge.marker import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

T = TypeVar("T")
PER_PAGE = 100
MOST_PAGES = 100
"""Ten thousand comments: whoever writes more is not waited for."""
CONNECT_S, READ_S = 10, 30
MOST_WAIT_S = 120
"""Longest time that a server may let us wait before we ask again."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Patience(urllib3.Retry):
    """A few more tries. GitHub says with 403 that too much was asked; with a time to wait it means the same as 429."""

    RETRY_AFTER_STATUS_CODES = frozenset({403, 413, 429, 503})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a forge has answered."""

    status: int
    content: bytes
    """The JSON; empty where there was none."""
    next_query: str
    """Query of the address of what follows; "" at the end."""
    says: str
    """Its message, in one line, where it refuses."""
    user: str = ""
    """For whom it is, where a forge says so in a header."""


class Http:
    """The API of one forge, as one token."""

    def __init__(self, api: str, token: str, headers: Mapping[str, str], *, busy: tuple[int, ...] = ()) -> None:
        """`busy` are codes by which this forge says that it works on something else just now."""
        self.api = api.rstrip("/")
        self.token = token
        self.headers = {"User-Agent": "bayplan", "Accept": "application/json", **headers}
        self.pool = _pool(self.api, busy)

    def ask(self, method: str, path: str, *, body: object = None) -> Answer:
        """Ask once (again only where the server is too busy); the answer may be a refusal."""
        headers = dict(self.headers) | ({"Content-Type": "application/json"} if body is not None else {})
        content = None if body is None else json.dumps(body).encode()
        try:
            answer = self.pool.request(method, self.api + path, body=content, headers=headers, redirect=False)
        except HTTPError as error:
            raise self.refused(path, _reason(error), "Is --api right, and the forge there?") from error
        if 300 <= answer.status < 400:
            where = urlsplit(answer.headers.get("Location", "")).netloc
            raise self.refused(path, f"answers with a redirect to {one_line(where) or 'elsewhere'}", MOVED)
        told = _told(answer.data)
        following, says = _next_query(answer.headers.get("Link", ""), told.get("next")), self._message(told)
        user = unquote(answer.headers.get("X-AUSERNAME", ""))
        return Answer(status=answer.status, content=answer.data, next_query=following, says=says, user=user)

    def send(self, method: str, path: str, shape: TypeAdapter[T], body: object = None) -> T:
        """What an answer says that must be well."""
        return self.read(shape, self.must(self.ask(method, path, body=body), path), path)

    def pages(
        self, path: str, shape: TypeAdapter[T], query: Mapping[str, str | int], size: str = "per_page"
    ) -> Iterator[T]:
        """Page after page, as each answer names the next."""
        asked = urlencode({**query, size: PER_PAGE})
        for _ in range(MOST_PAGES):
            answer = self.must(self.ask("GET", f"{path}?{asked}"), path)
            yield self.read(shape, answer, path)
            if answer.next_query in ("", asked):
                return
            asked = answer.next_query

    def delete(self, path: str) -> None:
        """Have something removed; what is gone already is well."""
        answer = self.ask("DELETE", path)
        if answer.status not in (404, 410):
            self.must(answer, path)

    def read(self, shape: TypeAdapter[T], answer: Answer, path: str) -> T:
        """What an answer says; BadInput where it is none of this kind of forge."""
        try:
            return shape.validate_json(answer.content)
        except ValidationError as error:
            raise self.refused(path, "answers what such a forge would not", "Are --forge and --api right?") from error

    def must(self, answer: Answer, path: str) -> Answer:
        """The answer, if it is well; BadInput with what to do otherwise."""
        if answer.status < 400:
            return answer
        what, fix = REFUSALS.get(answer.status, BROKEN)
        said = f" ({answer.status}: {answer.says})" if answer.says else f" ({answer.status})"
        raise self.refused(path, what + said, fix)

    def refused(self, path: str, what: str, fix: str) -> BadInput:
        """A complaint about this forge, without the token."""
        where = f"{urlsplit(self.api).netloc}{urlsplit(self.api).path}{path}"
        return BadInput([Complaint(file=where, line=0, what=self._hidden(what), fix=fix)])

    def _message(self, told: Mapping[str, object]) -> str:
        """What an answer says: each forge has its own place for it."""
        found = told.get("message") or told.get("error_description") or told.get("error") or told.get("errors") or ""
        found = found[0] if isinstance(found, list) and found else found
        if isinstance(found, dict):
            found = found.get("message", found)
        return self._hidden(one_line(found if isinstance(found, str) else json.dumps(found)))

    def _hidden(self, text: str) -> str:
        return text.replace(self.token, "***") if self.token else text


MOVED = "No redirect is followed, so that the token stays where it belongs: give the address itself, with --api."
REFUSALS = {
    400: ("does not take it", "See what it says."),
    401: ("does not accept the token", "Is it set, not expired, and of this forge?"),
    403: ("does not allow this, or was asked too often", "The token must read and write comments and commit statuses."),
    404: ("is not there, or not for this token", "See --repository, --pull and --sha, and what the token may see."),
    409: ("was changed by somebody else at the same time", "Run it again."),
    410: ("is gone, or comments are locked", "Unlock the conversation."),
    413: ("finds the comment too long", "Tell us: bayplan should have cut it."),
    422: ("does not take it", "Is --sha a commit of the pull request's repository?"),
    429: ("was asked too often", "Run it again later."),
}

BROKEN = ("answers with an error of its own", "Is --sha a commit of that repository? Else run it again later.")


def quoted(*parts: str) -> str:
    """A path of an address, in which no part can say more than itself."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _pool(api: str, busy: tuple[int, ...]) -> urllib3.PoolManager:
    """What asks, through the proxy that the surroundings name."""
    parts = urlsplit(api)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
        what = "is no address of an API"
        raise BadInput([Complaint(file="--api", line=0, what=what, fix="https://forge.example.com/api/v1")])
    if parts.scheme == "http" and host not in LOOPBACK:
        fix = "Use https: anybody on the way could read the token."
        raise BadInput([Complaint(file="--api", line=0, what="is an address without encryption", fix=fix)])
    retry = Patience(
        total=5,
        connect=3,
        other=1, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504, *busy), allowed_methods=None,
        raise_on_status=False, redirect=0, retry_after_max=MOST_WAIT_S,
    )  # fmt: skip
    timeout = urllib3.Timeout(connect=CONNECT_S, read=READ_S)
    proxy = getproxies().get(parts.scheme)
    if proxy and host not in LOOPBACK and not proxy_bypass(host):
        return urllib3.ProxyManager(proxy, retries=retry, timeout=timeout)
    return urllib3.PoolManager(retries=retry, timeout=timeout)


def _told(content: bytes) -> dict[str, object]:
    """An answer as plain data; none where it is no object of JSON."""
    try:
        data = json.loads(content) if content.lstrip()[:1] == b"{" else {}
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _next_query(links: str, url: object) -> str:
    """Query of the address that an answer names for what follows. Nothing else of it is used: it may name any host."""
    for link in links.split(","):
        target, _, about = link.partition(";")
        if 'rel="next"' in about:
            url = target.strip().strip("<>")
    return urlsplit(url).query if isinstance(url, str) else ""


def _reason(error: HTTPError) -> str:
    """Why nothing came back, without addresses of memory and of Python."""
    cause: object = error.reason if isinstance(error, MaxRetryError) else error
    if isinstance(cause, SSLError) and cause.args and isinstance(cause.args[0], ssl.SSLCertVerificationError):
        return f"shows a certificate that cannot be verified: {one_line(cause.args[0].verify_message)}"
    text = re.sub(r"^\S*Connection\w*\([^()]*\): |^<[^>]*>: ", "", str(cause))
    return f"cannot be reached: {one_line(text) or type(cause).__name__}"
