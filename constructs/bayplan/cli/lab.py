"""`bayplan lab`: a cluster of the repository tried on this machine, with the real control plane and the real Flux."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Literal

from bayplan.cli.command import FINDINGS, WELL, Command, Options
from bayplan.cli.progress import tell
from bayplan.complaint import BadInput, Complaint

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from pathlib import Path

    from bayplan.lab.layout import Layout
    from bayplan.lab.session import Session
    from bayplan.lab.status import Status
    from bayplan.spec.cluster import Cluster

SYNC_S = 300
"""Seconds that Flux is given to apply everything."""


class LabOptions(Options):
    """Options of `lab`."""

    action: Literal["up", "down", "status", "kubeconfig"]
    what: str | None
    name: str | None
    foreground: bool
    port: int
    load: Literal["min", "max"]


def declare(parser: ArgumentParser) -> None:
    """Arguments of `lab`."""
    parser.add_argument("action", choices=("up", "down", "status", "kubeconfig"), help="what to do")
    parser.add_argument("what", nargs="?", metavar="NAME", help="up: the cluster; else the lab, if there are several")
    parser.add_argument("--name", help="up: name of the lab, to have several of one cluster (default: the cluster's)")
    parser.add_argument("--foreground", action="store_true", help="up: stay until ctrl-C, and end the lab then")
    parser.add_argument("--port", type=int, default=0, help="up: port of the API server (default: any free one)")
    parser.add_argument(
        "--load", choices=("min", "max"), default="min", help="up: the plan's nodes at this end of the load"
    )


def run(options: LabOptions) -> int:
    """Do it, and turn what the API server or a deadline says into a line for people."""
    from bayplan.lab.parts import check_packages

    check_packages()
    from bayplan.lab.api import Refused
    from bayplan.lab.lab import LabEnded
    from bayplan.lab.wait import TooLate

    actions = {"up": up, "down": down, "status": status, "kubeconfig": kubeconfig}
    try:
        return actions[options.action](options)
    except (LabEnded, Refused, TooLate) as why:
        print(why, file=sys.stderr)
        return FINDINGS


def up(options: LabOptions) -> int:
    """Start a lab, deliver dist/, wait for Flux, show what runs; 1 where not everything came to be ready."""
    from bayplan.lab.lab import close, failure, let_go, why_ended
    from bayplan.lab.session import await_delivery, open_session
    from bayplan.lab.status import look
    from bayplan.lab.wait import TooLate

    began = time.monotonic()
    cluster = find_cluster(options)
    name = options.name or cluster.name
    session = open_session(options.root, cluster, name, tell, level=options.load, port=options.port)
    try:
        tell("up", f"after {time.monotonic() - began:.0f} s; Flux applies dist/{cluster.name}")
        try:
            await_delivery(session, tell, within_s=SYNC_S)
            tell("well", f"everything is ready after {time.monotonic() - began:.0f} s")
        except TooLate as late:
            tell("late", str(late))
        found = look(session.lab.layout, session.lab.api)
        show(found, options)
        if options.foreground:
            return stay(session)
        let_go(session.lab)
    except BaseException as error:
        close(session.lab)
        if why := why_ended(session.lab.layout):
            raise failure(session.lab.layout, why) from error
        raise
    return WELL if found.is_well else FINDINGS


def stay(session: Session) -> int:
    """Wait for ctrl-C, or for the lab to end by itself."""
    from bayplan.lab.lab import close, remove, why_ended

    tell("stay", "ctrl-C ends the lab")
    try:
        session.lab.warden.wait()
    except KeyboardInterrupt:
        close(session.lab)
        remove(session.lab.layout.path)
        return WELL
    print(f"lab {session.lab.layout.name}: {why_ended(session.lab.layout) or 'was ended'}", file=sys.stderr)
    return FINDINGS


def down(options: LabOptions) -> int:
    """End a lab, and throw away what it kept."""
    from bayplan.lab.lab import remove, stop

    folder = find_folder(options)
    stop(folder)
    remove(folder)
    tell("down", folder.name)
    return WELL


def status(options: LabOptions) -> int:
    """Show what runs; 1 where the lab has ended by itself or something in it is not well."""
    from bayplan.lab.api import Api
    from bayplan.lab.status import look

    layout = find_running(options)
    found = look(layout, Api(layout.kubeconfig))
    show(found, options)
    return WELL if found.is_well else FINDINGS


def kubeconfig(options: LabOptions) -> int:
    """Print where the lab's kubeconfig is."""
    print(find_running(options).kubeconfig)
    return WELL


def show(found: Status, options: LabOptions) -> None:
    """Print a lab, as tables or JSON."""
    if options.json:
        from bayplan.report import json

        print(json.render(found))
    else:
        from bayplan.lab.table import render

        print(render(found, color=options.color))


def find_cluster(options: LabOptions) -> Cluster:
    """The cluster that was named, or the only one. Raises BadInput."""
    from bayplan.spec.load import load_clusters

    clusters = {cluster.name: cluster for cluster in load_clusters(options.root)}
    named = options.what or (next(iter(clusters)) if len(clusters) == 1 else "")
    if named not in clusters:
        what = f"there is no cluster '{named}'" if named else "which cluster?"
        fix = f"Say one of {', '.join(clusters)}."
        raise BadInput([Complaint(file="clusters/", line=0, what=what, fix=fix)])
    return clusters[named]


def find_folder(options: LabOptions) -> Path:
    """Folder of the lab that was named, or of the only one, up or not. Raises BadInput."""
    from bayplan.lab.layout import home, read

    home_folder = home()
    folders = {folder.name: folder for folder in sorted(home_folder.iterdir()) if read(folder)}
    named = options.what or options.name or (next(iter(folders)) if len(folders) == 1 else "")
    if named not in folders:
        what = f"there is no lab '{named}'" if named else "which lab?" if folders else "there is no lab"
        fix = f"There are {', '.join(folders)}." if folders else "bayplan lab up CLUSTER starts one."
        raise BadInput([Complaint(file=str(home_folder), line=0, what=what, fix=fix)])
    return folders[named]


def find_running(options: LabOptions) -> Layout:
    """The same, of a lab that is up. Raises BadInput, with the reason why one has ended."""
    from bayplan.lab.lab import running, why_ended
    from bayplan.lab.layout import read

    folder = find_folder(options)
    layout = running(folder)
    if layout is None:
        kept = read(folder)
        why = (why_ended(kept) if kept else "") or "it was ended from outside"
        what = f"lab {folder.name} is down: {why}"
        raise BadInput([Complaint(file=str(folder / "logs"), line=0, what=what, fix=f"bayplan lab down {folder.name}")])
    return layout


COMMAND = Command(
    example="bayplan lab up lab",
    options=LabOptions,
    declare=declare,
    run=run,
)
