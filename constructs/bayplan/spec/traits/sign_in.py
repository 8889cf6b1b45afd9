"""Who signs people in, and how the gateway says who they are."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bayplan.spec.name import Host
from bayplan.spec.word import Word
from bayplan.spec.wrong import refuse, show

_URL = re.compile(r"https://[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(/[-A-Za-z0-9._~/]*)?")
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?\.[A-Za-z]{2,}")


def _check_url(text: str) -> str:
    if not _URL.fullmatch(text):
        refuse(f"{show(text)} is no address of who signs people in", 'Write "https://login.example.com/realms/main".')
    return text


def _check_email(text: str) -> str:
    if not _EMAIL.fullmatch(text) or len(text) > 254:
        refuse(f"{show(text)} is no e-mail address", 'Write "ada@example.com".')
    return text


EmailText = Annotated[str, AfterValidator(_check_email), Field(examples=["ada@example.com"])]
"""A person's e-mail address, as the token that signs her in says it."""
UrlText = Annotated[str, AfterValidator(_check_url)]
"""An address that begins with https://."""


class SignIn(Word):
    """An address in the outside world for one person: the mesh asks every request for her token (JWT), by OpenID.

    The token has to come with the request. What signs browsers in before the gateway (oauth2-proxy, for instance) is
    the cluster's business, and must pass it on.
    """

    host: Host
    """Host name of the outside: `"ada.notebooks.example.com"`."""
    issuer: UrlText
    """Who signed the token, exactly as the token says it (`iss`)."""
    keys: UrlText
    """Where the issuer shows its public keys (`jwks_uri`)."""
    header: Annotated[str, Field(pattern=r"^[A-Za-z][-A-Za-z0-9]*$", max_length=64)] = "Authorization"
    """Header with the token; in `Authorization` it stands behind `Bearer`. oauth2-proxy also has it in
    `X-Auth-Request-Access-Token`."""
