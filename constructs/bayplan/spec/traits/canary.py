"""A second version beside the first, with a share of its requests."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from bayplan.spec.name import Name
from bayplan.spec.quantity import PercentText
from bayplan.spec.word import Word
from bayplan.spec.wrong import refuse


def _leave_some(share: str) -> str:
    if share == "100%":
        refuse("a canary that gets everything is none", "Name its model in the server itself, and remove the canary.")
    return share


class Canary(Word):
    """Of a server's requests, `share` go to another server of the app: with a new model, a new image, or both.

    Callers know one address and notice nothing; who may call the one may call the other. To promote it, name its model
    in the first server and remove the canary; to take it back, remove the canary. It needs a mesh.
    """

    to: Name
    """The other model server of the app, with replicas and resources of its own."""
    share: Annotated[PercentText, AfterValidator(_leave_some)]
    """How much of the requests it gets: `"10%"`."""
