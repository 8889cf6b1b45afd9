"""A template does not parse.

An ExternalSecret makes no Secret, a notification of Alertmanager is not sent, a commit of Flux has no message: the
program parses the template (Go's text/template) when it needs it, and then it is too late. A block without `end`,
quotes that are not closed, a variable that is declared nowhere. Functions are not judged, as each program has its own.

Source: <https://pkg.go.dev/text/template>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.pointer import pointer
from bayplan.validation.expressions.gotemplate import fault
from bayplan.validation.expressions.places import Place, children, mappings_in, texts_in
from bayplan.validation.finding import Severity
from bayplan.validation.kinds import kind_of
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

BAD = """
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: chat, namespace: chat}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  target:
    template:
      data: {url: "postgres://{{ .user }}:{{ .password }@db:5432/chat"}
  data: [{secretKey: user, remoteRef: {key: chat}}, {secretKey: password, remoteRef: {key: chat}}]
"""
GOOD = BAD.replace(".password }@", ".password }}@")

TEMPLATE = ("data.*", "metadata.annotations.*", "metadata.labels.*", "templateFrom.*.literal")
PATHS: dict[str, tuple[str, ...]] = {
    "ExternalSecret.external-secrets.io": tuple(f"spec.target.template.{path}" for path in TEMPLATE),
    "ClusterExternalSecret.external-secrets.io": tuple(
        f"spec.externalSecretSpec.target.template.{path}" for path in TEMPLATE
    ),
    "PushSecret.external-secrets.io": tuple(f"spec.template.{path}" for path in TEMPLATE),
    "ImageUpdateAutomation.image.toolkit.fluxcd.io": ("spec.git.commit.messageTemplate",),
    "MetricTemplate.flagger.app": ("spec.query",),
}
ALERTMANAGER = "AlertmanagerConfig.monitoring.coreos.com"


@rule(
    "EXP004",
    severity=Severity.LOSS,
    rows=("W5", "M2"),
    kinds=(*PATHS, ALERTMANAGER),
    fix="close what is open, and declare variables before they are used",
)
def template_does_not_parse(manifest: Manifest, world: World) -> Iterator[Hit]:  # noqa: ARG001 - the shape of a rule
    """Parse every template of the object as Go does."""
    kind = kind_of(manifest)
    places = receivers(manifest) if kind == ALERTMANAGER else texts_in(manifest.body, PATHS[kind])
    for place in places:
        why = fault(place.text)
        if why:
            yield Hit(place.pointer, f"is no template: {why}")


def receivers(manifest: Manifest) -> Iterator[Place]:
    """Every text with braces in the receivers of Alertmanager."""
    for mapping, been in mappings_in(manifest.body.get("spec"), ("spec",)):
        for key, value in children(mapping):
            if len(been) > 1 and been[1] == "receivers" and isinstance(value, str) and "{{" in value:
                yield Place(value, pointer(*been, key))
