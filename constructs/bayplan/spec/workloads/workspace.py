"""A notebook to develop in: for one person, with her files, and gone when she is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from bayplan.spec.controller import absent, unending
from bayplan.spec.cron import ScheduleText, ZoneName, gap_seconds
from bayplan.spec.name import PlainText, Whole
from bayplan.spec.span import SpanText, seconds_of, show_span
from bayplan.spec.traits.resources import Resources
from bayplan.spec.traits.sign_in import EmailText, SignIn
from bayplan.spec.traits.storage import Storage
from bayplan.spec.workloads.group import Group
from bayplan.spec.workloads.workload import Workload
from bayplan.spec.wrong import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.spec.cluster import Cluster

LEAST_IDLE_SECONDS = 300
"""Jupyter looks every minute, and an editor that is read for a while is not left."""


class Workspace(Workload):
    """Jupyter, in sessions: each is a Job that ends by itself when nothing was done for a while.

    Then the machine is free: a program that were always kept running would be started again as soon as it stops, and
    nothing in Kubernetes wakes what has no pods when somebody comes. A new session begins when `run` says something
    else, when the old Job is deleted (Flux makes it again, within its interval), or by `starts`. Files on the volume
    stay, what only a kernel knew is lost.
    """

    in_queue: ClassVar[bool] = False
    """Somebody sits in front of it."""

    kind: Literal["Workspace"] = "Workspace"
    """Which kind of workload it is; in Python the class says it."""
    owner: EmailText
    """Whose it is: `"ada@example.com"`."""
    storage: Storage
    """Her volume: home and files are on it."""
    resources: Resources = Resources(cpu="1", memory="4Gi")
    """What a session uses."""
    port: Annotated[Whole, Field(ge=1024, le=65535)] = 8888
    """Port that Jupyter listens on."""
    idle: SpanText = "1h"
    """How long nothing may be done: then kernels and terminals are ended, those of open pages too, and with the last of
    them the session, within two minutes. Cells that compute count as doing. By default an hour."""
    longest: SpanText = "12h"
    """How long a session may last, whatever is done in it: then its machine may be replaced."""
    starts: ScheduleText | None = None
    """When a session begins by itself, if none is there: `"0 8 * * 1-5"` is every working day at 8:00. One can then be
    begun at any time: `kubectl create job --from=cronjob/<name> <any name>`. By default one begins now."""
    time_zone: ZoneName = "Etc/UTC"
    """Whose clock `starts` means."""
    sign_in: SignIn | None = None
    """Address in the outside world, for its owner alone. By default nobody reaches it over the network: it listens
    inside of its pod only, for `kubectl port-forward`, and asks for the token that it writes into its log."""
    run: PlainText = ""
    """Any text; change it for a new session: `"2027-01-31"`."""

    def contradictions(self) -> Iterator[Wrong]:
        """Those of all workloads, and those of sessions."""
        yield from super().contradictions()
        if seconds_of(self.idle) < LEAST_IDLE_SECONDS:
            fix = f"Say {show_span(f'{LEAST_IDLE_SECONDS}s')} or more: reading is not idling."
            yield Wrong(what=f"a session that ends after {show_span(self.idle)}", fix=fix, at="/idle")
        if seconds_of(self.idle) >= seconds_of(self.longest):
            what = f"idle {show_span(self.idle)} is not below longest {show_span(self.longest)}"
            yield Wrong(what=what, fix="Lower idle or raise longest.", at="/idle")
        if self.storage.read_only:
            yield Wrong(what="a home that cannot be written to", fix="Leave read_only out.", at="/storage/read_only")
        if self.starts and self.run:
            yield Wrong(what="run starts what runs once; this starts by schedule", fix="Remove it.", at="/run")
        gap = gap_seconds(self.starts)
        if gap and seconds_of(self.longest) > gap:
            often, fix = show_span(f"{gap}s"), "Lower longest, or let it start less often."
            what = f"a session may last {show_span(self.longest)}, and the next is due after {often}: it is left out"
            yield Wrong(what=what, fix=fix, at="/longest")
        if not self.starts and "time_zone" in self.model_fields_set:
            fix = 'Say starts: "0 8 * * 1-5", or remove it.'
            yield Wrong(what="time_zone is of what starts by schedule", fix=fix, at="/time_zone")
        if self.spot:
            fix = "Leave it out: what a kernel knows would be lost at two minutes' notice."
            yield Wrong(what="a session on spot capacity", fix=fix, at="/spot")

    def missing_on(self, cluster: Cluster) -> Iterator[Wrong]:
        """A mesh that lets pods end, and one at all where people come from outside."""
        yield from super().missing_on(cluster)
        yield from unending(cluster, self.name)
        if self.sign_in:
            yield from absent(cluster, self.name, "istio", "which asks who comes")

    @property
    def groups(self) -> tuple[Group, ...]:
        """One session."""
        return (Group(resources=self.resources, accelerator=self.accelerator, pods_min=0, pods_max=1),)
