"""The API server as plain JSON: get, list, apply, patch, delete, evict. Bodies come back as they were sent.

The official Python client does the talking and the discovery; its model classes are left out, since they would drop
what they do not know.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from kubernetes import config, dynamic
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic.exceptions import DynamicApiError, ResourceNotFoundError
from urllib3.exceptions import HTTPError

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable
    from pathlib import Path

Body = dict[str, Any]
"""An object as JSON."""
MANAGER = "bayplan-lab"


class Refused(Exception):  # noqa: N818 - the server has spoken
    """The API server said no; `status` is its HTTP status, the text what it said."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(message)


class Api:
    """One API server."""

    def __init__(self, kubeconfig: Path) -> None:
        """Raises Refused where nobody answers."""
        logging.getLogger("urllib3").setLevel(logging.ERROR)  # who asks is told once, by an exception
        try:
            self.client = config.new_client_from_config(str(kubeconfig))  # type: ignore[no-untyped-call]
        except config.ConfigException as error:
            raise Refused(0, "Unreachable", f"{kubeconfig} is not there yet: {error}") from error
        try:
            # by default it leaves what it has discovered in /tmp, by port: another lab's, the next time
            nowhere = str(kubeconfig / "no-cache")
            self.dynamic = dynamic.DynamicClient(self.client, cache_file=nowhere)  # type: ignore[no-untyped-call]
        except (HTTPError, ApiException) as error:
            raise unreachable(error) from error

    def get(self, version: str, kind: str, name: str, namespace: str | None = None) -> Body | None:
        """The object, None where there is none."""
        try:
            return self._ask(version, kind, "get", name=name, namespace=namespace)
        except Refused as refused:
            if refused.status != 404:
                raise
            return None

    def list(self, version: str, kind: str, namespace: str | None = None, *, labels: str = "") -> list[Body]:
        """All objects of a kind, of one namespace or of all, by name."""
        found = self._ask(version, kind, "get", namespace=namespace, label_selector=labels or None)["items"]
        about = {"apiVersion": version, "kind": kind}
        return sorted(
            (about | one for one in found),
            key=lambda one: (one["metadata"].get("namespace", ""), one["metadata"]["name"]),
        )

    def apply(self, body: Body, *, dry_run: bool = False, manager: str = MANAGER) -> Body:
        """Server-side apply, as Flux does it: what the API server keeps (or would keep). Raises Refused."""
        return self._send(
            "server_side_apply",
            body,
            field_manager=manager,
            force_conflicts=True,
            query_params=[("fieldValidation", "Strict")],
            **({"dry_run": "All"} if dry_run else {}),
        )

    def create(self, body: Body, *, dry_run: bool = False) -> Body:
        """Create an object that is not there yet. Raises Refused."""
        extra = {"dry_run": "All"} if dry_run else {}
        return self._send("create", body, query_params=[("fieldValidation", "Strict")], **extra)

    def patch(self, version: str, kind: str, name: str, namespace: str | None, changes: Body, *, sub: str = "") -> Body:
        """Merge changes into an object or one of its subresources (`sub="status"`)."""
        words = {"name": name, "namespace": namespace, "body": changes, "content_type": "application/merge-patch+json"}
        return self._ask(version, kind, "patch", sub=sub, **words)

    def delete(self, version: str, kind: str, name: str, namespace: str | None = None) -> None:
        """Ask for an object's end; one that is not there is gone already."""
        try:
            self._ask(version, kind, "delete", name=name, namespace=namespace)
        except Refused as refused:
            if refused.status != 404:
                raise

    def delete_all(self, version: str, kind: str, namespace: str) -> None:
        """End all objects of a kind in a namespace, at once and without grace."""
        path = self.dynamic.resources.get(api_version=version, kind=kind).path(namespace=namespace)
        now = [("gracePeriodSeconds", "0")]
        _answer(lambda **words: self.dynamic.request("delete", path, query_params=now, **words))

    def evict(self, name: str, namespace: str) -> None:
        """Ask a pod to leave its node, as `kubectl drain` does; Refused with 429 while a budget forbids it."""
        body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": namespace}}
        path = f"/api/v1/namespaces/{namespace}/pods/{name}/eviction"
        _answer(lambda **words: self.dynamic.request("post", path, body=body, **words))

    def version(self, version: str, kind: str, namespace: str | None = None) -> str:
        """Where the history of a kind stands now: what `history` begins after."""
        found: str = self._ask(version, kind, "get", namespace=namespace, limit=1)["metadata"]["resourceVersion"]
        return found

    def history(self, version: str, kind: str, namespace: str, since: str) -> builtins.list[tuple[str, Body]]:
        """Every change of a kind's objects since then, in order: ADDED, MODIFIED or DELETED, and the object.

        The API server keeps them for minutes, so nothing is missed between two looks
        (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
        """
        resource = self.dynamic.resources.get(api_version=version, kind=kind)
        events = resource.watch(namespace=namespace, resource_version=since, timeout=1)
        return [(event["type"], event["raw_object"]) for event in events]

    def _send(self, verb: str, body: Body, **words: Any) -> Body:
        about = body["metadata"]
        place = {"name": about["name"]} if verb != "create" else {}
        return self._ask(
            body["apiVersion"], body["kind"], verb, body=body, namespace=about.get("namespace"), **place, **words
        )

    def _ask(self, version: str, kind: str, verb: str, *, sub: str = "", **words: Any) -> Body:
        try:
            resource = self.dynamic.resources.get(api_version=version, kind=kind)
        except ResourceNotFoundError as error:
            raise Refused(404, "NoKindMatch", f"no kind {kind} in {version}") from error
        except (HTTPError, ApiException) as error:
            raise unreachable(error) from error
        target = resource.subresources[sub] if sub else resource
        return _answer(lambda **more: getattr(target, verb)(**words, **more))


def _answer(call: Callable[..., Any]) -> Body:
    try:
        answer: Body = json.loads(call(serialize=False).data)
    except DynamicApiError as error:
        said = _status(error.body)
        raise Refused(int(error.status or 0), said.get("reason", ""), said.get("message") or str(error)) from error
    except HTTPError as error:
        raise unreachable(error) from error
    return answer


def unreachable(error: Exception) -> Refused:
    """Nobody is there: status 0."""
    return Refused(0, "Unreachable", f"the API server does not answer: {error}")


def _status(text: Any) -> Body:
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return {"message": str(text)}
    return found if isinstance(found, dict) else {"message": str(text)}
