"""What a pod needs by name from its namespace: service account, ConfigMaps, Secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import mapping_at, mappings_at, text_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bayplan.validation.pods import Container, Pod


class Reference(NamedTuple):
    """One name that a pod depends on."""

    kind: str
    name: str
    pointer: str
    """Where it is named, in the pod's owner."""
    keys: tuple[str, ...] = ()
    """Keys that must be in it; empty where the whole is taken."""
    optional: bool = False
    """Whether the pod starts without it."""


def references_of(pod: Pod) -> Iterator[Reference]:
    """Everything that a pod names, in the order of its spec."""
    yield from account_of(pod)
    for index, item in mappings_at(pod.spec, "imagePullSecrets"):
        # the kubelet pulls without it, which works for public images
        where = f"{pod.pointer}/imagePullSecrets/{index}"
        yield Reference("Secret", text_at(item, "name"), where, optional=True)
    for container in pod.containers:
        yield from environment_of(container)
    for index, volume in mappings_at(pod.spec, "volumes"):
        yield from files_of(volume, f"{pod.pointer}/volumes/{index}")


def account_of(pod: Pod) -> Iterator[Reference]:
    """The service account, also under its old name."""
    for key in ("serviceAccountName", "serviceAccount"):
        name = text_at(pod.spec, key)
        if name:
            yield Reference("ServiceAccount", name, f"{pod.pointer}/{key}")
            return


def environment_of(container: Container) -> Iterator[Reference]:
    """ConfigMaps and Secrets that become environment variables."""
    for index, item in mappings_at(container.body, "envFrom"):
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            if key in item:
                yield named(kind, mapping_at(item, key), f"{container.pointer}/envFrom/{index}/{key}", "name")
    for index, item in mappings_at(container.body, "env"):
        for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            source = mapping_at(item, "valueFrom", key)
            if source:
                where = f"{container.pointer}/env/{index}/valueFrom/{key}"
                yield named(kind, source, where, "name", (text_at(source, "key"),))


def files_of(volume: Mapping[str, object], where: str) -> Iterator[Reference]:
    """ConfigMaps and Secrets that become files."""
    config, secret = mapping_at(volume, "configMap"), mapping_at(volume, "secret")
    if config:
        yield named("ConfigMap", config, where + "/configMap", "name", item_keys(config))
    if secret:
        yield named("Secret", secret, where + "/secret", "secretName", item_keys(secret))
    for path, key in SECRETS_OF_DRIVERS:
        if path[0] in volume:
            driver = mapping_at(volume, *path)
            if text_at(driver, key):
                yield Reference("Secret", text_at(driver, key), "/".join((where, *path)))
    for index, source in mappings_at(volume, "projected", "sources") if "projected" in volume else ():
        for key, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
            body = mapping_at(source, key)
            if body:
                yield named(kind, body, f"{where}/projected/sources/{index}/{key}", "name", item_keys(body))


SECRETS_OF_DRIVERS = (
    *((("csi", "nodePublishSecretRef"), "name"), (("azureFile",), "secretName"), (("cephfs", "secretRef"), "name")),
    *((("rbd", "secretRef"), "name"), (("iscsi", "secretRef"), "name"), (("flexVolume", "secretRef"), "name")),
    *((("scaleIO", "secretRef"), "name"), (("storageos", "secretRef"), "name")),
)
"""Secrets by which a driver reaches its storage, in the namespace of the pod."""


def item_keys(source: Mapping[str, object]) -> tuple[str, ...]:
    """Keys that a volume picks out."""
    return tuple(text_at(item, "key") for _, item in mappings_at(source, "items"))


def named(kind: str, source: Mapping[str, object], where: str, name_key: str, keys: tuple[str, ...] = ()) -> Reference:
    """A reference from the mapping that holds it."""
    return Reference(kind, text_at(source, name_key), where, keys, source.get("optional") is True)
