"""A program on Apache Spark: it turns large data into other data, on many machines, and ends."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bayplan.spec.controller import absent, unending
from bayplan.spec.cron import ScheduleText, ZoneName, gap_seconds
from bayplan.spec.name import Name, PlainText, VersionText, Whole
from bayplan.spec.quantity import PercentText
from bayplan.spec.span import SpanText, seconds_of
from bayplan.spec.spark_agreement import contradictions
from bayplan.spec.spark_memory import OF_THE_HEAP
from bayplan.spec.traits.object_store import ObjectStore
from bayplan.spec.traits.resources import Resources
from bayplan.spec.workloads.group import Group
from bayplan.spec.workloads.workload import Workload
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.app import App
    from bayplan.spec.cluster import Cluster

DAY_SECONDS = 86_400
DRIVER, EXECUTOR = "driver", "executor"
FILE = r"^(local|hdfs|s3a|https)://[^\s$]+\.(py|jar)$"


class SparkJob(Workload):
    """A driver that plans the work, and executors that do it. Each run is made by Kubeflow's Spark operator."""

    kind: Literal["SparkJob"] = "SparkJob"
    """Which kind of workload it is; in Python the class says it."""
    file: Annotated[str, Field(pattern=FILE, max_length=1024)]
    """The program: `"local:///opt/app/label.py"` lies in the image; `s3a://` and `hdfs://` are fetched."""
    main_class: Annotated[str, Field(pattern=r"^[A-Za-z_$][\w.$]*$", max_length=512)] | None = None
    """Class of a jar whose `main` runs; a .py file has none."""
    spark: VersionText = "4.0.1"
    """Version of Spark in the image."""
    resources: Resources = Resources(cpu="1", memory="4Gi")
    """What one executor uses, heap and all else together."""
    driver: Resources = Resources(cpu="1", memory="2Gi")
    """What the driver uses."""
    executors: Annotated[Whole, Field(ge=1, le=1000)] = 2
    """Executors that run; with `executors_max` the fewest."""
    executors_max: Annotated[Whole, Field(ge=1, le=1000)] | None = None
    """Executors at the most, where Spark asks for more while tasks wait and lets them go when they idle (dynamic
    allocation). The plan has room for all of them. By default their number is fixed."""
    overhead: PercentText | None = None
    """Memory beside the heap (Python, native libraries), in hundredths of the heap. By default Spark's own: 10% for a
    jar, 40% for Python; never less than 384Mi."""
    hadoop: Name | None = None
    """ConfigMap with core-site.xml and hdfs-site.xml, for HDFS; somebody else makes it, so it stands among the app's
    externals. Where HDFS answers is said by an external with its addresses."""
    s3: ObjectStore | None = None
    """Object store behind `s3a://`, with its credentials by name."""
    settings: dict[str, PlainText] = Field(default_factory=dict)
    """Settings of Spark that no word has: `{"spark.sql.shuffle.partitions": "400"}`."""
    schedule: ScheduleText | None = None
    """When it runs, as cron says it: `"30 2 * * *"`. By default once: now, and again whenever something changes that
    decides what runs."""
    time_zone: ZoneName = "Etc/UTC"
    """Whose clock `schedule` means."""
    overlap: Literal["skip", "replace"] = "skip"
    """What happens when the next run is due and one still runs: the next is left out, or the old one is stopped."""
    keep_succeeded: Annotated[Whole, Field(ge=1, le=100)] = 3
    """Runs by schedule that are kept to be looked at after they succeeded."""
    keep_failed: Annotated[Whole, Field(ge=1, le=100)] = 3
    """The same of runs that failed."""
    retries: Annotated[Whole, Field(ge=0, le=100)] = 3
    """How often a run is tried again after it failed. Executors that were lost are replaced without that."""
    deadline: SpanText | None = None
    """How long one try may take before it is stopped as failed. By default a day, and where it runs by schedule so long
    that all tries end before the next run."""
    run: PlainText = ""
    """Any text; change it to run the same once more: `"2027-01-31"`."""

    def contradictions(self) -> Iterator[Wrong]:
        """Those of all workloads, and Spark's own."""
        yield from super().contradictions()
        yield from contradictions(self)

    def missing_on(self, cluster: Cluster) -> Iterator[Wrong]:
        """The operator, and a mesh that lets pods end."""
        yield from super().missing_on(cluster)
        yield from absent(cluster, self.name, "spark-operator", "which runs it")
        yield from unending(cluster, self.name)

    def missing_in(self, app: App) -> Iterator[Wrong]:
        """Its Hadoop configuration, and the way to HDFS."""
        if not self.hadoop:
            return
        maps = [one for one in app.externals if one.kind == "ConfigMap" and fnmatchcase(self.hadoop, one.name)]
        if not maps:
            what = f"nobody says who makes the ConfigMap '{self.hadoop}'"
            said = f"kind: ConfigMap, name: {self.hadoop}, keys: [core-site.xml, hdfs-site.xml], why: ..."
            fix = f"Add it to externals: {{{said}}}."
            yield Wrong(what=what, fix=fix, at="/hadoop")
        for one in maps:
            lacking = [key for key in ("core-site.xml", "hdfs-site.xml") if one.keys and key not in one.keys]
            if lacking:
                what = f"the ConfigMap '{self.hadoop}' has {', '.join(one.keys)}, and no {' and no '.join(lacking)}"
                yield Wrong(what=what, fix="HDFS needs both files: name another ConfigMap.", at="/hadoop")
        if not any(one.kind.upper() == "HDFS" for one in app.externals):
            what = "nobody says where HDFS answers, and its pods may call nobody else"
            said = 'kind: HDFS, name: lake, address: ["namenode.example.com:8020", "datanode.example.com:9866"]'
            yield Wrong(what=what, fix=f"Add it to externals: {{{said}}}.", at="/hadoop")

    def unfit_for_queues(self) -> Iterator[Wrong]:
        """Kueue admits a number of pods, not one that changes."""
        if self.executors_max:
            what = f"between {self.executors} and {self.executors_max} executors cannot wait in a queue"
            yield Wrong(
                what=f"{what}, which admits a number",
                fix=f"Say executors: {self.executors_max} alone.",
                at="/executors_max",
            )

    @property
    def is_python(self) -> bool:
        """Whether the program is Python's."""
        return self.file.endswith(".py")

    @property
    def overhead_hundredths(self) -> int:
        """Of the heap, what stands beside it."""
        return (
            int(self.overhead.removesuffix("%"))
            if self.overhead
            else OF_THE_HEAP["python" if self.is_python else "jar"]
        )

    @property
    def gap_seconds(self) -> int:
        """The shortest time between two runs; 0 for what runs once."""
        return gap_seconds(self.schedule)

    @property
    def deadline_seconds(self) -> int:
        """How long one try may take."""
        if self.deadline:
            return seconds_of(self.deadline)
        return min(DAY_SECONDS, max(1, self.gap_seconds // (1 + self.retries))) if self.schedule else DAY_SECONDS

    @property
    def executors_most(self) -> int:
        """Executors at the highest load."""
        return self.executors_max or self.executors

    @property
    def groups(self) -> tuple[Group, ...]:
        """One driver, and its executors."""
        driver = Group(name=DRIVER, resources=self.driver, pods_min=0, pods_max=1)
        executors = Group(
            name=EXECUTOR,
            resources=self.resources,
            accelerator=self.accelerator,
            pods_min=0,
            pods_max=self.executors_most,
        )
        return (driver, executors)
