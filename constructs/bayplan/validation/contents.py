"""ConfigMaps and Secrets, whoever makes them: files of the tree, or controllers that are asked to by a file."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from bayplan.validation.fields import mapping_at, mappings_at, text_at, value_at
from bayplan.validation.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.products import Product
    from bayplan.validation.settings import External


class Content(NamedTuple):
    """A ConfigMap or Secret that there will be."""

    kind: str
    namespace: str
    name: str
    keys: frozenset[str] | None
    """Its keys; None where they are only known at run time."""


class Contents:
    """Every ConfigMap and Secret that a tree leads to."""

    def __init__(self, manifests: Iterable[Manifest], more: Iterable[Product | External] = ()) -> None:
        """`more` is what controllers make, or somebody else, as far as it is known by name."""
        self._found: dict[tuple[str, str, str], list[frozenset[str] | None]] = defaultdict(list)
        for one in more:
            self._found[one.kind, one.namespace, one.name].append(frozenset(one.keys) if one.keys else None)
        for manifest in manifests:
            for content in contents_of(manifest):
                self._found[content.kind, content.namespace, content.name].append(content.keys)

    def has(self, kind: str, namespace: str, name: str) -> bool:
        """Whether somebody makes it."""
        return (kind, namespace, name) in self._found or (kind, ANYWHERE, name) in self._found

    def namespaces_of(self, kind: str, name: str) -> tuple[str, ...]:
        """The namespaces in which somebody makes one of that name."""
        return tuple(sorted(where for made, where, called in self._found if (made, called) == (kind, name)))

    def keys(self, kind: str, namespace: str, name: str) -> frozenset[str] | None:
        """All keys that it may have; None where that is not known, also for what nobody makes."""
        found = self._found.get((kind, namespace, name), [None])
        known = [keys for keys in found if keys is not None]
        return frozenset().union(*known) if len(known) == len(found) else None


ANYWHERE = "*"
"""Namespace of what is made in many namespaces."""


def contents_of(manifest: Manifest) -> Iterator[Content]:
    """What one object leads to."""
    kind, ref = kind_of(manifest), manifest.ref
    if kind in ("ConfigMap", "Secret"):
        yield Content(kind, ref.namespace, ref.name, written_keys(manifest))
    elif kind in READERS:
        yield from READERS[kind](manifest)
    elif kind in NAMED_AT:
        made, *path = NAMED_AT[kind]
        yield Content(made, ref.namespace, text_at(manifest.body, *path) or ref.name, None)
    for _, tls in mappings_at(manifest.body, "spec", "tls") if kind == "Ingress.networking.k8s.io" else ():
        if any(name.startswith("cert-manager.io/") for name in mapping_at(manifest.body, "metadata", "annotations")):
            yield Content("Secret", ref.namespace, text_at(tls, "secretName"), TLS_KEYS)


TLS_KEYS = frozenset({"ca.crt", "tls.crt", "tls.key"})


def written_keys(manifest: Manifest) -> frozenset[str] | None:
    """The keys in `data` and its sisters; None for what is filled in at run time."""
    keys = frozenset(key for part in ("data", "stringData", "binaryData") for key in mapping_at(manifest.body, part))
    injected = ("inject", "kubernetes.io/service-account", "secret-generator", "kustomize.toolkit.fluxcd.io/ssa")
    annotations = mapping_at(manifest.body, "metadata", "annotations")
    labels = mapping_at(manifest.body, "metadata", "labels")
    filled = any(word in str(name) for name in [*annotations, *labels] for word in injected)
    return None if filled or not keys else keys


def external_secret(manifest: Manifest) -> Iterator[Content]:
    """External Secrets: the target with the keys of `data`, unless templates or whole documents fill it."""
    body, ref = manifest.body, manifest.ref
    open_ended = any(value_at(body, "spec", *path) for path in (("dataFrom",), ("target", "template")))
    merged = text_at(body, "spec", "target", "creationPolicy") == "Merge"
    keys = frozenset(text_at(item, "secretKey") for _, item in mappings_at(body, "spec", "data"))
    name = text_at(body, "spec", "target", "name") or ref.name
    yield Content("Secret", ref.namespace, name, None if open_ended or merged or not keys else keys)


def cluster_external_secret(manifest: Manifest) -> Iterator[Content]:
    """The same in many namespaces."""
    body = manifest.body
    inner = text_at(body, "spec", "externalSecretSpec", "target", "name")
    name = inner or text_at(body, "spec", "externalSecretName") or manifest.ref.name
    yield Content("Secret", ANYWHERE, name, None)


def sealed_secret(manifest: Manifest) -> Iterator[Content]:
    """Sealed Secrets: the names of the keys are not sealed."""
    body, ref = manifest.body, manifest.ref
    keys = frozenset(mapping_at(body, "spec", "encryptedData")) | frozenset(
        mapping_at(body, "spec", "template", "data")
    )
    name = text_at(body, "spec", "template", "metadata", "name") or ref.name
    yield Content(
        "Secret", text_at(body, "spec", "template", "metadata", "namespace") or ref.namespace, name, keys or None
    )


def certificate(manifest: Manifest) -> Iterator[Content]:
    """cert-manager: certificate and key, more formats on demand."""
    more = value_at(manifest.body, "spec", "keystores") or value_at(manifest.body, "spec", "additionalOutputFormats")
    yield Content(
        "Secret", manifest.ref.namespace, text_at(manifest.body, "spec", "secretName"), None if more else TLS_KEYS
    )


def secret_provider(manifest: Manifest) -> Iterator[Content]:
    """Secrets Store CSI driver: the Secrets that it mirrors."""
    for _, item in mappings_at(manifest.body, "spec", "secretObjects"):
        keys = frozenset(text_at(entry, "key") for _, entry in mappings_at(item, "data"))
        yield Content("Secret", manifest.ref.namespace, text_at(item, "secretName"), keys)


def kafka_user(manifest: Manifest) -> Iterator[Content]:
    """Strimzi: credentials by the way of authentication, under the user's name."""
    keys = USER_KEYS.get(text_at(manifest.body, "spec", "authentication", "type"))
    yield Content("Secret", manifest.ref.namespace, manifest.ref.name, keys)


USER_KEYS = {
    "scram-sha-512": frozenset({"password", "sasl.jaas.config"}),
    "tls": frozenset({"ca.crt", "user.crt", "user.key", "user.p12", "user.password"}),
}
"""Source: <https://strimzi.io/docs/operators/latest/deploying#con-securing-client-authentication-str>"""


def bundle(manifest: Manifest) -> Iterator[Content]:
    """trust-manager: one ConfigMap or Secret of its own name in many namespaces."""
    yield Content("ConfigMap", ANYWHERE, manifest.ref.name, None)
    yield Content("Secret", ANYWHERE, manifest.ref.name, None)


READERS: dict[str, Callable[[Manifest], Iterator[Content]]] = {
    "Bundle.trust.cert-manager.io": bundle,
    "Certificate.cert-manager.io": certificate,
    "ClusterExternalSecret.external-secrets.io": cluster_external_secret,
    "ExternalSecret.external-secrets.io": external_secret,
    "KafkaUser.kafka.strimzi.io": kafka_user,
    "SealedSecret.bitnami.com": sealed_secret,
    "SecretProviderClass.secrets-store.csi.x-k8s.io": secret_provider,
}
NAMED_AT: dict[str, tuple[str, ...]] = {
    "AzureKeyVaultSecret.spv.no": ("Secret", "spec", "output", "secret", "name"),
    "InfisicalSecret.secrets.infisical.com": ("Secret", "spec", "managedSecretReference", "secretName"),
    "OnePasswordItem.onepassword.com": ("Secret", "metadata", "name"),
    "VaultDynamicSecret.secrets.hashicorp.com": ("Secret", "spec", "destination", "name"),
    "VaultPKISecret.secrets.hashicorp.com": ("Secret", "spec", "destination", "name"),
    "VaultStaticSecret.secrets.hashicorp.com": ("Secret", "spec", "destination", "name"),
}
"""Kinds that make one object: what it is, and the path of its name (their own name where nothing stands there)."""
