"""Under which address the outside world reaches a workload."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bayplan.spec.word import Word


class Expose(Word):
    """A host name on the platform's gateway: HTTPS, with plain HTTP redirected to it."""

    host: str
    """Host name of the outside: `"classifier.example.com"`."""
    paths: Annotated[tuple[str, ...], Field(min_length=1)] = ("/",)
    """Path prefixes that lead here; by default all of the host."""
    timeout: str = "30s"
    """When the gateway gives up on a request."""
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    """How often the gateway tries again when a replica was lost or refused the connection. Requests must bear it."""
