"""Where a program finds its secrets. What they are stands in no file that is not encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from bayplan.spec.leak import leak_in
from bayplan.spec.name import check_setting
from bayplan.spec.secret import SecretText
from bayplan.spec.wrong import Wrong, refuse, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.spec.workloads.workload import Workload

_TAKEN = ("/", "/tmp", "/dev/shm")  # noqa: S108 - paths in the pod


def _check_place(text: str) -> str:
    if text.startswith("/"):
        folder, _, name = text.rpartition("/")
        if not name or name in (".", "..") or "/../" in text or "//" in text or (folder or "/") in _TAKEN:
            fix = 'Write its full name, in a folder of its own: "/etc/bus/ca.pem".'
            refuse(f"{show(text)} is no file for a secret", fix)
        return text
    return check_setting(text)


SecretPlace = Annotated[str, AfterValidator(_check_place), Field(examples=["DB_PASSWORD", "/etc/bus/ca.pem"])]
"""Name of a setting, or of a file, which begins with `/`."""
Secrets = dict[SecretPlace, SecretText]


def files_of(secrets: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Those that are files: by folder, the secret of each file; sorted."""
    folders: dict[str, dict[str, str]] = {}
    for place, secret in sorted(secrets.items()):
        if place.startswith("/"):
            folder, _, name = place.rpartition("/")
            folders.setdefault(folder, {})[name] = secret
    return folders


def _written(workload: Workload) -> Iterator[Wrong]:
    said = {f"/env/{name}": value for name, value in workload.env.items()}
    for word, texts in (("command", workload.command), ("args", workload.args)):
        said |= {f"/{word}/{number}": text for number, text in enumerate(texts)}
    for at, text in said.items():
        if what := leak_in(text):
            fix = 'Take it back where it was given out; then name a new one: secrets: {TOKEN: "payments/api#token"}.'
            yield Wrong(what=f"{what} stands in the file, for everybody to read", fix=fix, at=at)


def settings_of(secrets: Mapping[str, str]) -> dict[str, str]:
    """Those that are settings, sorted."""
    return {place: secret for place, secret in sorted(secrets.items()) if not place.startswith("/")}


def contradictions(workload: Workload) -> Iterator[Wrong]:
    """Settings and folders that are taken, and secrets that are written where they are only named."""
    yield from _written(workload)
    for name in settings_of(workload.secrets):
        if name in workload.env:
            yield Wrong(what=f"{name} is a setting and a secret", fix="Keep one.", at=f"/secrets/{name}")
    mounted = [*files_of(workload.secrets), *([workload.storage.path] if workload.storage else [])]
    for number, folder in enumerate(mounted):
        for other in mounted[:number]:
            if f"{folder.rstrip('/')}/".startswith(f"{other}/") or f"{other}/".startswith(f"{folder.rstrip('/')}/"):
                what = f"the secrets in {other} lie in the way of {folder}" if other != folder else f"{folder} is taken"
                yield Wrong(what=what, fix="Give secrets a folder of their own.", at="/secrets")
