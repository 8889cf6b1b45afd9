"""kustomization.yaml files: what they list, and whether they change what they list.

Source: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/>
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bayplan.manifests.read import KUSTOMIZATIONS
from bayplan.validation.fields import mappings_at, text_at, words_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bayplan.manifests.manifest import Manifest

HARMLESS_KEYS = frozenset({"apiVersion", "kind", "metadata", "resources", "bases", "sortOptions", "buildMetadata"})
"""Keys that leave every listed object as it stands in its file."""
LISTS_OF_PARTS = (
    "configurations",
    "crds",
    "generators",
    "patches",  # before kustomize 4 a list of paths
    "patchesStrategicMerge",
    "transformers",
    "validators",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Kustomization:
    """One kustomization.yaml."""

    file: str
    body: dict[str, Any]
    manifest: Manifest
    """As it was read."""

    @property
    def folder(self) -> str:
        """The folder that it describes; "" for the root of the tree."""
        return posixpath.dirname(self.file)

    @property
    def is_component(self) -> bool:
        """Whether others take it in: nobody applies it by itself."""
        return self.body.get("kind") == "Component"

    @property
    def changes(self) -> str:
        """What it does to the listed objects, in words; "" if it leaves them alone."""
        keys = sorted(key for key in set(self.body) - HARMLESS_KEYS if self.body[key])
        return f"{self.file} changes it ({', '.join(keys)})" if keys else ""

    def listed(self) -> Iterator[str]:
        """Paths and addresses of resources and components, as paths below the root where they are local."""
        for key in ("resources", "bases", "components"):
            for entry in words_at(self.body, key):
                yield entry if is_remote(entry) else join(self.folder, entry)

    def parts(self) -> Iterator[str]:
        """Files that it uses up: patches, replacements and configuration are no objects by themselves."""
        for key in LISTS_OF_PARTS:
            yield from (join(self.folder, entry) for entry in words_at(self.body, key))
        for key in ("patches", "patchesJson6902", "replacements"):
            for _, item in mappings_at(self.body, key):
                yield join(self.folder, text_at(item, "path"))

    def generated(self) -> Iterator[tuple[str, str]]:
        """Kind and name of the ConfigMaps and Secrets that it generates; references to them are kept in step."""
        for key, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
            yield from ((kind, text_at(item, "name")) for _, item in mappings_at(self.body, key))


def read(manifests: Iterable[Manifest]) -> dict[str, Kustomization]:
    """Every kustomization.yaml of a tree, by folder."""
    found = (Kustomization(file=one.file, body=one.body, manifest=one) for one in manifests if is_kustomization(one))
    return {one.folder: one for one in found}


def is_kustomization(manifest: Manifest) -> bool:
    """Whether it is a file for kustomize and no object of a cluster."""
    group = manifest.ref.group
    return group == "kustomize.config.k8s.io" or (not group and posixpath.basename(manifest.file) in KUSTOMIZATIONS)


def is_remote(entry: str) -> bool:
    """Whether a resource lies outside of the tree: a URL, or a repository in kustomize's short form."""
    return "://" in entry or "?ref=" in entry or entry.startswith(("github.com/", "git@", "git::"))


def join(folder: str, entry: str) -> str:
    """A path below the root from a folder and a path relative to it; "" is the root itself."""
    path = posixpath.normpath(posixpath.join(folder, entry))
    return "" if path == "." else path
