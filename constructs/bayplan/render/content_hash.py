"""The name of what runs once: it changes with what is run, and with nothing else.

A job that has run cannot be changed, only another one can be made. So its name carries a hash over the words that say
what runs: whoever changes one of them gets a new job, and whoever changes where it runs, or when its turn comes, does
not run it again. Words that say what a later version of bayplan takes for granted change no name.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from bayplan.render.labels import labels
from bayplan.render.traits.priority import workload_priority_class
from bayplan.spec.word import Word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bayplan.render.api_object import Body
    from bayplan.render.site import Site
    from bayplan.spec.workloads.workload import Workload

HEX_DIGITS = 8
PLACEMENT = frozenset(
    {
        *("name", "architecture", "near", "apart", "priority", "may_wait", "spot"),
        *("storage.size", "storage.type", "storage.zone"),
    }
)
"""Words of all workloads that say where and when, not what: with a dot they are those of a part.

A volume that is full is made larger, and what runs goes on: no pod says the size.
"""

ONCE = {"kustomize.toolkit.fluxcd.io/prune": "disabled", "kustomize.toolkit.fluxcd.io/ssa": "IfNotPresent"}
"""What Flux makes once, never changes (another placement would have to change what never changes), and never deletes:
the history of jobs is kept until somebody deletes it.

Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources>
"""
QUEUE = "kueue.x-k8s.io/queue-name"
"""Label of a job that waits in a queue, with the queue's name. Kueue says who waits; we suspend nothing."""
QUEUE_PRIORITY = "kueue.x-k8s.io/priority-class"
"""Label that says its place in the queue."""


def content_hash(workload: Workload, *, besides: Iterable[str] = ()) -> str:
    """Eight hex digits of what a workload runs; `besides` are words of its kind that say where or when."""
    said = _said(workload, PLACEMENT | set(besides), "")
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:HEX_DIGITS]


def content_name(workload: Workload, *, besides: Iterable[str] = ()) -> str:
    """`train-3f9c2a1b`."""
    return f"{workload.name}-{content_hash(workload, besides=besides)}"


def once_metadata(workload: Workload, site: Site, *, besides: Iterable[str] = ()) -> Body:
    """Metadata of an object that runs once."""
    return {
        "name": content_name(workload, besides=besides),
        "namespace": site.app,
        "labels": labels(site, workload.name) | queue_label(site, workload),
        "annotations": dict(ONCE),
    }


def queue_label(site: Site, workload: Workload | None = None) -> dict[str, str]:
    """The labels of a job whose team has a queue on the cluster; {} where it starts at once.

    Without the workload its place in the queue is that of its pods' PriorityClass.
    """
    if not site.queue:
        return {}
    return {QUEUE: site.queue} | ({QUEUE_PRIORITY: workload_priority_class(workload.priority)} if workload else {})


def _said(value: object, left_out: frozenset[str], at: str) -> object:
    """Plain data of what differs from the defaults: a word that nobody has to say changes nothing where nobody does."""
    if isinstance(value, Word):
        kind = {"kind": type(value).__name__} if not at else {}
        return kind | {
            name: _said(getattr(value, name), left_out, f"{at}{name}.")
            for name, field in type(value).model_fields.items()
            if name != "kind"
            and f"{at}{name}" not in left_out
            and (field.is_required() or getattr(value, name) != field.get_default(call_default_factory=True))
        }
    if isinstance(value, dict):
        return {str(key): _said(part, left_out, f"{at}*.") for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_said(part, left_out, f"{at}*.") for part in value]
    return value
