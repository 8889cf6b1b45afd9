"""How a secret is named: never what it is."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bayplan.spec.wrong import refuse

_SECRET = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9._/]*[A-Za-z0-9])?#[-._A-Za-z0-9]{1,253}")
_LONGEST = 200


def _check_secret(text: str) -> str:
    # the text is not repeated: it may be the secret itself
    if not _SECRET.fullmatch(text) or "//" in text or len(name_of(text)) > _LONGEST:
        fix = 'Write where it is kept, and under which key: "payments/db#password". Never the secret itself.'
        refuse("that names no secret", fix)
    return text


SecretText = Annotated[
    str,
    AfterValidator(_check_secret),
    Field(json_schema_extra={"pattern": f"^{_SECRET.pattern}$", "examples": ["payments/db#password"]}),
]
"""`payments/db#password`: the name under which a secret is kept, and one of its keys."""


REGISTRY = ".dockerconfigjson"
"""Under which key the login of a registry is kept, as Docker writes it."""


def _check_path(text: str) -> str:
    return path_of(_check_secret(f"{text}#{REGISTRY}"))


SecretPath = Annotated[str, AfterValidator(_check_path), Field(examples=["registry/reader"])]
"""`registry/reader`: the name under which a secret is kept."""


def path_of(secret: str) -> str:
    """The name under which it is kept: `payments/db`."""
    return secret.partition("#")[0]


def key_of(secret: str) -> str:
    """One of its keys: `password`."""
    return secret.partition("#")[2]


def name_of(secret: str) -> str:
    """Name of the Secret in the app's namespace: `payments-db`."""
    return re.sub(r"[/_.]+", "-", path_of(secret)).lower()
