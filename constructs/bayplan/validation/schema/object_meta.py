"""Metadata of every object: a CRD does not spell it out, the API server knows it.

Source: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayplan.validation.schema.library import Schema

TEXT: Schema = {"type": "string"}
_TIME: Schema = {"type": ["string", "null"]}
_TEXTS: Schema = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
_OWNER: Schema = {
    "type": "object",
    "required": ["apiVersion", "kind", "name", "uid"],
    "properties": {
        "apiVersion": TEXT,
        "kind": TEXT,
        "name": TEXT,
        "uid": TEXT,
        "controller": {"type": "boolean"},
        "blockOwnerDeletion": {"type": "boolean"},
    },
    "additionalProperties": False,
}

METADATA: Schema = {
    "name": TEXT,
    "generateName": TEXT,
    "namespace": TEXT,
    "labels": _TEXTS,
    "annotations": _TEXTS,
    "finalizers": {"type": "array", "items": TEXT},
    "ownerReferences": {"type": "array", "items": _OWNER},
    # the server sets these: they are seen in exported objects
    "creationTimestamp": _TIME,
    "deletionTimestamp": _TIME,
    "deletionGracePeriodSeconds": {"type": "integer"},
    "generation": {"type": "integer"},
    "resourceVersion": TEXT,
    "uid": TEXT,
    "selfLink": TEXT,
    "managedFields": {"type": "array"},
}
