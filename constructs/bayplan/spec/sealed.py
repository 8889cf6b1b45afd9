"""Secrets in the repository: `secrets/<cluster>/<app>/<name>.yaml`, encrypted with SOPS.

What stands there is written to dist/ as it is, and Flux decrypts it. A file that holds anything plain is refused.
Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#decryption>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bayplan.complaint import Complaint
from bayplan.spec.folder import shown
from bayplan.spec.judge import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from bayplan.spec.agreement import Apps, Clusters
    from bayplan.spec.source import Source

FOLDER = "secrets"
_CIPHER = "ENC["
_DEEP = 3
"""Parts of a path below the folder: cluster, app, file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One encrypted Secret."""

    cluster: str
    app: str
    name: str
    body: Mapping[str, Any]
    origin: str

    @property
    def keys(self) -> frozenset[str]:
        """What it holds; the values are nobody's business."""
        return frozenset(key for part in ("data", "stringData") for key in self.body.get(part) or ())


def read_sealed(root: Path, complaints: list[Complaint]) -> tuple[Sealed, ...]:
    """The files of secrets/, sorted; what is wrong with them is complained about, and their values are never told."""
    top = root / FOLDER
    files = (
        sorted(path for path in top.rglob("*") if path.is_file() and not path.name.startswith("."))
        if top.is_dir()
        else []
    )
    wanted = [path for path in files if path.suffix != ".md"]
    found = []
    for source in read_yaml(root, (path for path in wanted if path.suffix in (".yaml", ".yml")), complaints):
        wrongs = list(_wrongs(source))
        complaints.extend(wrongs)
        if not wrongs:
            _, cluster, app, _ = source.file.split("/")
            body = source.said
            if isinstance(body, dict):
                origin = str(source.place(""))
                found.append(Sealed(cluster=cluster, app=app, name=body["metadata"]["name"], body=body, origin=origin))
    for path in wanted:
        if path.suffix not in (".yaml", ".yml"):
            fix = "Encrypt a Secret with SOPS: secrets/<cluster>/<app>/<name>.yaml."
            complaints.append(Complaint(file=shown(root, path), line=0, what="is no encrypted Secret", fix=fix))
    return tuple(found)


def _wrongs(source: Source) -> Iterator[Complaint]:
    body = source.said if isinstance(source.said, dict) else {}
    parts = source.file.split("/")[1:]
    if len(parts) != _DEEP:
        fix = "Put it into secrets/<cluster>/<app>/."
        yield source.place("").complain("no cluster and no app have this secret", fix)
        return
    if (body.get("apiVersion"), body.get("kind")) != ("v1", "Secret"):
        yield source.place("").complain("is no Secret", "Write apiVersion: v1 and kind: Secret, and encrypt it.")
        return
    yield from _plain(source, body)
    said = body.get("metadata")
    metadata = said if isinstance(said, dict) else {}
    name = parts[-1].rpartition(".")[0]
    if metadata.get("name") != name:
        yield source.place("/metadata/name").complain(f"the Secret is not called '{name}'", "Name both alike.")
    if metadata.get("namespace") != parts[1]:
        fix = f"Write namespace: {parts[1]}, the app's."
        yield source.place("/metadata/namespace").complain("the Secret is in another namespace", fix)


def _plain(source: Source, body: Mapping[str, Any]) -> Iterator[Complaint]:
    """Values that anybody can read; they are not repeated."""
    fix = f"Run sops encrypt --encrypted-regex '^(data|stringData)$' --in-place {source.file}; then change the secret."
    if not isinstance(body.get("sops"), dict):
        yield source.place("").complain("the secret is not encrypted", fix)
        return
    for part in ("data", "stringData"):
        for key, value in (body.get(part) or {}).items():
            if not (isinstance(value, str) and value.startswith(_CIPHER)):
                yield source.place(f"/{part}/{key}").complain(f"'{key}' is not encrypted", fix)


def strangers(sealed: Sequence[Sealed], apps: Apps, clusters: Clusters) -> Iterator[Complaint]:
    """Files for apps and clusters that are not there."""
    known_apps, known_clusters = {app.name for app, _ in apps}, {cluster.name for cluster, _ in clusters}
    for one in sealed:
        file, _, line = one.origin.partition("#L")
        for kind, name, known in (("app", one.app, known_apps), ("cluster", one.cluster, known_clusters)):
            if name not in known:
                what = f"no {kind} is called '{name}'"
                yield Complaint(file=file, line=int(line or 0), what=what, fix=f"There are {', '.join(sorted(known))}.")
