"""What may not be said of a Spark job, and how its memory is divided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.render.words import IMAGE, lab

from bayplan import App, External, ObjectStore, Resources, SparkJob, Storage
from bayplan.spec.spark_memory import LEAST_HEAP_MIB, LEAST_OVERHEAD_MIB, divide, too_small

FILE = "local:///opt/app/label.py"
CONFIG = External(kind="ConfigMap", name="hadoop", keys=["core-site.xml", "hdfs-site.xml"], why="the data team")
HDFS = External(kind="HDFS", name="lake", why="the data team")


def job(**said: object) -> SparkJob:
    return SparkJob.model_validate({"name": "job", "image": IMAGE, "file": FILE} | said)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"file": "local:///a.jar"}, "main_class is missing with local:///a.jar"),
        ({"main_class": "a.B"}, "main_class a.B with local:///opt/app/label.py"),
        ({"command": ["run"]}, "Spark has its own entry point"),
        ({"executors": 4, "executors_max": 3}, "executors_max 3 is below executors 4"),
        ({"resources": Resources(memory="512Mi")}, "an executor has 512Mi: 384Mi beside the heap leave 128Mi"),
        ({"driver": Resources(memory="833Mi")}, "the driver has 833Mi: 384Mi beside the heap leave 449Mi"),
        ({"resources": Resources(memory="4Gi", memory_limit="8Gi")}, "memory_limit of an executor"),
        ({"storage": Storage(size="1Gi"), "executors": 7}, "belongs to one pod, and 8 would use it"),
        ({"settings": {"spark.executor.memory": "8g"}}, "'spark.executor.memory' is not to be set by hand"),
        ({"settings": {"spark.memory.offHeap.size": "8g"}}, "'spark.memory.offHeap.size' is not to be set by hand"),
        ({"settings": {"spark.kubernetes.namespace": "x"}}, "is not to be set by hand"),
        ({"settings": {"spark.hadoop.fs.s3a.secret.key": "x"}}, "would stand readable in the repository"),
        ({"settings": {"sql.x": "x"}}, "'sql.x' is no setting of Spark"),
        ({"schedule": "@hourly", "deadline": "20m"}, "4 tries of 20m take 1h20m, and the next run is due after 1h"),
        ({"schedule": "@daily", "name": "x" * 37}, "the name has 37 characters, and each run puts 27 behind it"),
        ({"keep_failed": 2}, "keep_failed is of what runs by schedule"),
        ({"schedule": "@daily", "run": "1"}, "run starts what runs once"),
        ({"spot": "100%"}, "the driver cannot run on spot capacity"),
    ],
)
def test_contradictions_are_told_with_their_numbers(said: dict[str, object], what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        job(**said)
    assert what in str(refused.value)


@given(st.integers(LEAST_HEAP_MIB + LEAST_OVERHEAD_MIB, 10**7), st.integers(1, 100))
def test_heap_and_overhead_are_the_whole_and_no_less_than_what_spark_takes(total: int, hundredths: int) -> None:
    heap, overhead = divide(total, hundredths)
    assert heap + overhead == total
    assert overhead >= max(LEAST_OVERHEAD_MIB, heap * hundredths // 100)


@given(st.integers(1, 3000), st.integers(1, 100))
def test_the_memory_that_is_asked_for_is_enough(total: int, hundredths: int) -> None:
    for wrong in too_small("it", total, hundredths, ""):
        least = int(wrong.fix.removeprefix("Say memory: ").partition("Mi")[0])
        assert least > total
        assert not list(too_small("it", least, hundredths, ""))
        assert list(too_small("it", least - 1, hundredths, ""))


def test_all_tries_end_before_the_next_run() -> None:
    assert job(schedule="@daily", retries=3).deadline_seconds == 6 * 3600


def test_it_needs_the_operator_and_a_mesh_that_lets_pods_end() -> None:
    bare = lab(controllers={"flux": "2.9", "istio": "1.20"})
    told = [wrong.what for wrong in job().missing_on(bare)]
    assert told[0] == "job needs spark-operator, which runs it; cluster lab has none"
    assert "the proxy of istio 1.20 outlives the program" in told[1]
    assert not [*job().missing_on(lab(controllers={"flux": "2.9", "spark-operator": "2.5"}))]


@pytest.mark.parametrize(
    ("externals", "what"),
    [
        ((CONFIG, HDFS), ""),
        ((HDFS,), "nobody says who makes the ConfigMap 'hadoop'"),
        ((CONFIG,), "nobody says where HDFS answers"),
        ((CONFIG.model_copy(update={"keys": ("core-site.xml",)}), HDFS), "has core-site.xml, and no hdfs-site.xml"),
    ],
)
def test_hdfs_and_its_configuration_are_declared(externals: tuple[External, ...], what: str) -> None:
    one = job(hadoop="hadoop")
    told = [wrong.what for wrong in one.missing_in(App(name="shop", team="web", workloads=[one], externals=externals))]
    assert [what in text for text in told] == [True] * bool(what)


def test_a_queue_admits_no_changing_number() -> None:
    (wrong,) = job(executors=2, executors_max=9).unfit_for_queues()
    assert "between 2 and 9 executors cannot wait in a queue" in wrong.what
    assert not [*job().unfit_for_queues()]


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"endpoint": "https://me:pass@s3.example.com"}, "the address holds credentials"),
        ({"endpoint": "s3.example.com"}, "is no address of an object store"),
        ({"access_key": "lake/s3#a"}, "access_key and secret_key belong together"),
        ({"access_key": "AKIA", "secret_key": "x#y"}, "that names no secret"),
        ({"path_style": True}, "path_style without an endpoint"),
    ],
)
def test_object_stores_are_named_without_secrets(said: dict[str, object], what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ObjectStore.model_validate(said)
    assert what in str(refused.value)
    assert "pass@" not in str(refused.value).partition("[type=")[0]
