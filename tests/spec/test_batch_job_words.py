"""What may not be said of a job that ends, and what the plan seats of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.render.words import IMAGE, lab

from bayplan import BatchJob, Storage


def job(**said: object) -> BatchJob:
    return BatchJob.model_validate({"name": "job", "image": IMAGE} | said)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"schedule": "0 0 31 2 *"}, "'0 0 31 2 *' never comes"),
        ({"schedule": "0 * * * *", "deadline": "2h"}, "a run may take 2h, and the next is due after 1h"),
        ({"schedule": "0 9,10 * * 1", "deadline": "1h1m"}, "a run may take 1h1m, and the next is due after 1h"),
        ({"schedule": "@daily", "late": "5s"}, "5s is too little to begin in"),
        ({"schedule": "@daily", "run": "again"}, "run starts what runs once"),
        ({"schedule": "@daily", "time_zone": "Berlin"}, "'Berlin' is no time zone"),
        ({"overlap": "allow"}, "overlap is of what runs by schedule; this runs once"),
        ({"keep_failed": 1}, "keep_failed is of what runs by schedule"),
        ({"parts": 3, "at_once": 4}, "4 parts at once, there are 3"),
        (
            {"schedule": "@hourly", "overlap": "allow", "deadline": "3h", "storage": {"size": "1Gi"}},
            "a volume that is made for it belongs to one pod, and 3 run at once",
        ),
        ({"parts": 3, "storage": Storage(size="1Gi")}, "belongs to one pod, and 3 run at once"),
        ({"never_retry": [0]}, "greater than or equal to 1"),
        ({"spot": "50%"}, "a job cannot run on spot capacity in part"),
    ],
)
def test_contradictions_are_told_with_their_numbers(said: dict[str, object], what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        job(**said)
    assert what in str(refused.value)


def test_a_deadline_as_long_as_the_gap_is_kept_in_time() -> None:
    assert job(schedule="0 * * * *", deadline="1h").deadline_seconds == 3600


@pytest.mark.parametrize(
    ("said", "seconds"), [({}, 86_400), ({"schedule": "@weekly"}, 86_400), ({"schedule": "@hourly"}, 3600)]
)
def test_without_a_deadline_a_run_ends_before_the_next_begins(said: dict[str, object], seconds: int) -> None:
    assert job(**said).deadline_seconds == seconds


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 48))
def test_nothing_runs_at_the_lowest_load_and_all_at_the_highest(parts: int, at_once: int, hours: int) -> None:
    said = {"parts": parts, "at_once": min(at_once, parts)}
    (group,) = job(**said).groups
    assert (group.pods_min, group.pods_max, group.surge) == (0, min(at_once, parts), 0)
    (group,) = job(**said, schedule="@hourly", overlap="allow", deadline=f"{hours}h").groups
    assert group.pods_max + group.surge == min(at_once, parts) * hours


def test_an_old_mesh_never_lets_it_end() -> None:
    old = lab(controllers={"flux": "2.9", "istio": "1.23"})
    (wrong,) = job().missing_on(old)
    assert wrong.what == "job would never end on cluster lab: the proxy of istio 1.23 outlives the program"
    assert [*job().missing_on(lab())] == []
