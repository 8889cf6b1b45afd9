"""What replicas may follow: numbers that agree, clocks that KEDA reads as people do, and somebody who can be asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bayplan import Autoscale, Lag, Window
from bayplan.spec.cron import read

if TYPE_CHECKING:
    from tests.spec.repository_of_specs import Repository

NEWS = """\
name: news
team: data
externals:
  - {kind: Kafka, name: bus, address: "bus.example.com:9092"}
  - {kind: RabbitMQ, name: rabbit, address: "rabbit.example.com:5672"}
  - {kind: SQS, name: jobs, address: "https://example.com/jobs"}
  - {kind: RabbitMQ, name: hare, address: "amqps://hare.example.com", login: {ca: "bus/login#ca"}}
  - {kind: Prometheus, name: numbers, address: "https://numbers.example.com", login: {ca: "bus/login#ca"}}
  - {kind: Secret, name: bus-login, keys: [ca], why: made by hand}
workloads:
  - kind: Service
    name: scorer
    image: registry.example.com/news/scorer:v1
    autoscale: {said}
"""
WORKDAYS = "start: 0 8 * * 1-5, end: 0 20 * * 1-5"
LAG = "lag: {kafka: bus, group: scorer, per_replica: 5}"
SPOILED = {
    "sleeps for ever": ("{min: 0, max: 8}", "min is 0, and cpu cannot be measured where no replica runs"),
    "sleeps by its own load": ("{min: 0, max: 8, gpu: 80%}", "min is 0, and gpu cannot be measured"),
    "backwards": ("{min: 9, max: 8}", "min 9 is above max 8"),
    "held outside": ("{min: 2, max: 8, hold: 9}", "hold 9 is not between min 2 and max 8"),
    "window above": (f"{{min: 2, max: 8, schedule: [{{{WORKDAYS}, min: 9}}]}}", "window 1 wants 9, max is 8"),
    "window below": (f"{{min: 2, max: 8, schedule: [{{{WORKDAYS}, min: 2}}]}}", "window 1 wants 2, and min is 2 at"),
    "no such day": (
        "{min: 2, max: 8, schedule: [{start: 0 8 31 2 *, end: 0 20 1 3 *, min: 3}]}",
        "start: '0 8 31 2 *' never comes",
    ),
    "a word": (
        '{min: 2, max: 8, schedule: [{start: "@daily", end: 0 20 * * *, min: 3}]}',
        "start: '@daily' is a word that KEDA does not know",
    ),
    "ends on Saturdays, too": (
        "{min: 2, max: 8, schedule: [{start: 0 8 * * 1-5, end: 0 20 * * *, min: 3}]}",
        "window 1: it ends again on Saturday at 20:00 without a start in between",
    ),
    "starts twice": (
        '{min: 2, max: 8, schedule: [{start: "0 8,12 * * *", end: 0 20 * * *, min: 3}]}',
        "window 1: it starts again on Monday at 12:00 before it has ended",
    ),
    "overlap": (
        f"{{min: 2, max: 8, schedule: [{{{WORKDAYS}, min: 3}}, {{start: 0 19 * * 2, end: 0 21 * * 2, min: 4}}]}}",
        "window 2: it starts on Tuesday at 19:00, while window 1 is open",
    ),
    "no zone": (
        f"{{min: 2, max: 8, time_zone: Europe/Berln, schedule: [{{{WORKDAYS}, min: 3}}]}}",
        "time_zone: 'Europe/Berln' is no time zone",
    ),
    "a zone for nothing": ("{min: 2, max: 8, time_zone: Europe/Berlin}", "a time zone without a schedule"),
    "two queues": (
        "{min: 0, max: 8, queue: {sqs: jobs, redis: jobs, per_replica: 5}}",
        "sqs and redis are named",
    ),
    "no group": ("{min: 0, max: 8, lag: {kafka: bus, per_replica: 5}}", "kafka needs group"),
    "strange part": (
        "{min: 0, max: 8, lag: {kafka: bus, group: a, stream: b, per_replica: 5}}",
        "stream does not go with kafka",
    ),
    "no advice": ("{min: 1, max: 2}\n    advise: true", "scorer asks for advice, but cluster lab has no vpa"),
    "no watcher": (
        '{min: 1, max: 2}\n    slo: {availability: "99.9%"}',
        "scorer has an slo, but cluster lab has no prometheus, which watches it",
    ),
    "no keda": (f"{{min: 0, max: 8, {LAG}}}", "scorer follows lag, but cluster lab has no keda, which scales by it"),
}
WITH_KEDA = {
    "no prometheus": ("{min: 1, max: 8, gpu: 80%}", "scorer follows gpu, but cluster lab has no prometheus"),
    "nobody": ("{min: 0, max: 8, lag: {kafka: buss, group: a, per_replica: 5}}", 'Did you mean "bus"?'),
    "another kind": ("{min: 0, max: 8, lag: {kafka: jobs, group: a, per_replica: 5}}", "'jobs' is a SQS"),
    "no scheme": (
        "{min: 0, max: 8, queue: {rabbitmq: rabbit, name: a, per_replica: 5}}",
        "the address of 'rabbit' does not say what it speaks",
    ),
    "no queue": ("{min: 0, max: 8, queue: {sqs: jobs, per_replica: 5}}", "the address of 'jobs' is no URL of a queue"),
    "an authority of RabbitMQ's own": (
        "{min: 0, max: 8, queue: {rabbitmq: hare, name: a, per_replica: 5}}",
        "'hare' has ca in its login, which KEDA does not read of a RabbitMQ",
    ),
    "an authority alone": (
        '{min: 0, max: 8, query: {promql: a, per_replica: "5", prometheus: numbers}}',
        "'numbers' has a ca and nothing to sign in with",
    ),
}


@pytest.mark.parametrize(("said", "words"), SPOILED.values(), ids=SPOILED.keys())
def test_an_autoscaler_that_cannot_be_is_one_clear_complaint(repository: Repository, said: str, words: str) -> None:
    repository.write("apps/news.yaml", NEWS.replace("{said}", said))
    (complaint,) = repository.complaints()
    assert complaint.startswith("apps/news.yaml:1")
    assert words in complaint


@pytest.mark.parametrize(("said", "words"), WITH_KEDA.values(), ids=WITH_KEDA.keys())
def test_what_is_followed_can_be_asked(repository: Repository, said: str, words: str) -> None:
    repository.change_cluster('istio: "1.31"', 'istio: "1.31", keda: "2.21"')
    repository.write("apps/news.yaml", NEWS.replace("{said}", said))
    (complaint,) = repository.complaints()
    assert complaint.startswith("apps/news.yaml:14: ")
    assert words in complaint


def test_only_who_follows_nothing_else_follows_cpu() -> None:
    lag = Lag(kafka="bus", group="scorer", per_replica=5)
    assert Autoscale(min=1, max=2).cpu_share == "70%"
    assert Autoscale(min=1, max=2, schedule=[Window(start="0 8 * * *", end="0 9 * * *", min=2)]).cpu_share == "70%"
    assert Autoscale(min=0, max=2, lag=lag).cpu_share is None
    assert Autoscale(min=0, max=2, lag=lag, cpu="60%").cpu_share == "60%"


FIELD = {
    "hour": st.sampled_from(["0", "6", "8", "8,20", "20", "*/12"]),
    "days": st.sampled_from(["*", "1-5", "0,6", "2-6", "1"]),
}
TIMES = st.builds(lambda hour, days: f"0 {hour} * * {days}", FIELD["hour"], FIELD["days"])


def opened_by_keda(window: Window, minute: datetime) -> bool:
    """What KEDA 2.21 does: a window is open where its end comes no later than its next start (cron_scaler.go)."""

    def following(text: str) -> datetime:
        times = read(text)
        days = (minute.replace(hour=0, minute=0) + timedelta(number) for number in range(9))
        moments = (day + timedelta(minutes=one) for day in days if times.runs_on(day.date()) for one in times.minutes)
        return next(moment for moment in moments if moment > minute)

    return not following(window.start) < following(window.end)


@settings(max_examples=60, deadline=None)
@given(start=TIMES, end=TIMES)
def test_the_least_number_is_that_of_the_clock_between_min_and_max(start: str, end: str) -> None:
    """A window that is taken is open from each start to its end and at no other time, also by KEDA's reading."""
    try:
        (window,) = Autoscale(min=1, max=9, schedule=[Window(start=start, end=end, min=5)]).schedule
    except ValidationError:
        return
    monday = datetime(2024, 1, 1)  # noqa: DTZ001 - the clock on the wall
    hours = [monday + timedelta(hours=number) for number in range(-14 * 24, 14 * 24)]

    def happens(text: str, hour: datetime) -> bool:
        times = read(text)
        return times.runs_on(hour.date()) and 60 * hour.hour in times.minutes

    is_open = None
    for hour, _ in pairwise(hours):
        is_open = True if happens(start, hour) else False if happens(end, hour) else is_open
        if is_open is not None and hour >= monday:
            assert opened_by_keda(window, hour) == is_open
            assert 1 <= (window.min if is_open else 1) <= 9
