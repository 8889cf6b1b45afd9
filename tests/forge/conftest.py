"""A stand-in for each forge in turn; none may have seen a request that its publisher's description does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.forge.stand_in import HEAD, PULL, TONGUES, StandIn

from bayplan.complaint import BadInput
from bayplan.forge.post import Note, post
from bayplan.forge.target import TOKENS, Target, open_forge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bayplan.forge.forge import Forge

NOTE = Note(key="review", commit=HEAD, body="## Safe\n")
TOKEN = "t0ken-of-the-tests"  # noqa: S105 - of nobody


@pytest.fixture(params=sorted(TONGUES))
def there(request: pytest.FixtureRequest) -> Iterator[StandIn]:
    """One of them, empty."""
    made = StandIn(request.param)
    yield made
    made.close()
    assert made.wrong == []


@pytest.fixture
def forge(there: StandIn) -> Forge:
    """Our side of it."""
    return opened(there)


def opened(there: StandIn, **words: str) -> Forge:
    """Our side of a stand-in."""
    forge = there.forge.partition("-")[0]
    about = {"repository": "shop/fleet", "api": there.api} | words
    return open_forge(Target(forge=forge, pull=PULL, **about), {TOKENS[forge]: TOKEN})


@pytest.fixture
def start() -> Iterator[Callable[[str], StandIn]]:
    """Begins a stand-in of a kind."""
    begun: list[StandIn] = []

    def begin(forge: str) -> StandIn:
        begun.append(StandIn(forge))
        return begun[-1]

    yield begin
    for one in begun:
        one.close()
    assert [wrong for one in begun for wrong in one.wrong] == []


@pytest.fixture
def github(start: Callable[[str], StandIn]) -> StandIn:
    """A stand-in for GitHub."""
    return start("github")


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that were waited before each new try; nobody really waits."""
    found: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", found.append)
    return found


def told(forge: Forge) -> str:
    """What a person is told when it cannot be done."""
    with pytest.raises(BadInput) as caught:
        post(forge, NOTE)
    assert TOKEN not in str(caught.value)
    return str(caught.value)
