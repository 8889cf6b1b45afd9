"""Under which address the outside world reaches a workload."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from bayplan.spec.many import Many
from bayplan.spec.name import DurationText, Host, HttpPath, Whole
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse_all


class Expose(Word):
    """A host name on the platform's gateway: HTTPS, with plain HTTP redirected to it."""

    host: Host
    """Host name of the outside: `"classifier.example.com"`."""
    paths: Annotated[Many[HttpPath], Field(min_length=1)] = ("/",)
    """Path prefixes that lead here; by default all of the host."""
    timeout: DurationText = "30s"
    """When the gateway gives up on a request: `"300ms"`, `"30s"`, `"5m"`. Raise it for answers that stream for long."""
    retries: Annotated[Whole, Field(ge=0, le=10)] = 2
    """How often the gateway tries again when a replica was lost or refused the connection. Requests must bear it."""

    @model_validator(mode="after")
    def _say_paths_once(self) -> Self:
        refuse_all(
            Wrong(what=f"path '{path}' is named twice", fix="Keep one of them.", at=f"/paths/{number}")
            for number, path in enumerate(self.paths)
            if path in self.paths[:number]
        )
        return self
