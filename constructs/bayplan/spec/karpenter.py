"""How Karpenter brings nodes into being: for a cluster, and what a pool says besides.

Source: <https://karpenter.sh/docs/concepts/nodepools/>, <https://karpenter.sh/docs/concepts/nodeclasses/>
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from bayplan.spec.name import Name
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, refuse_all, show

KARPENTER = "karpenter"
"""Provisioner of the pools that bayplan writes NodePools for; also its name among the controllers."""
Gate = Literal["StaticCapacity", "NodeOverlay"]


def _check_image(text: str) -> str:
    if not re.fullmatch(r"(al2023|bottlerocket)@[A-Za-z0-9.][-A-Za-z0-9._]*|ami-[0-9a-z]+", text):
        fix = 'Write "al2023@v20261101", "bottlerocket@v1.49.0", or "ami-0123456789abcdef0" with its family.'
        refuse(f"{show(text)} is no machine image", fix)
    return text


ImageText = Annotated[str, AfterValidator(_check_image), Field(examples=["al2023@v20261101"])]
TagText = Annotated[str, Field(min_length=1, max_length=256)]


def _check_tags(tags: dict[str, str]) -> dict[str, str]:
    for key in tags:
        if key in OWN_TAGS or key.startswith("kubernetes.io/cluster"):
            refuse(f"the tag {key} is Karpenter's own", "Remove it: it is set on all that Karpenter buys.")
    return tags


OWN_TAGS = ("eks:eks-cluster-name", "karpenter.sh/nodepool", "karpenter.sh/nodeclaim", "karpenter.k8s.aws/ec2nodeclass")
NewTags = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=128)], TagText],
    AfterValidator(_check_tags),
    Field(max_length=20),
]
"""Tags of what is bought; those of `EC2NodeClass` that its own rules refuse are not among them."""
Tags = Annotated[dict[Annotated[str, Field(min_length=1, max_length=128)], TagText], Field(max_length=20)]


def form(chosen: object) -> str:
    """Which of two ways of choosing somebody has written."""
    return "tags" if isinstance(chosen, dict) else "ids"


SomeTags = Annotated[Tags, Field(min_length=1)]
Subnets = Annotated[
    Annotated[SomeTags, Tag("tags")]
    | Annotated[tuple[Annotated[str, Field(pattern=r"^subnet-[0-9a-z]+$")], ...], Field(min_length=1), Tag("ids")],
    Discriminator(form),
]
"""Subnets by all of these tags (`"*"` for any value), or by their ids."""
SecurityGroups = Annotated[
    Annotated[SomeTags, Tag("tags")]
    | Annotated[tuple[Annotated[str, Field(pattern=r"^sg-[0-9a-z]+$")], ...], Field(min_length=1), Tag("ids")],
    Discriminator(form),
]
"""The same for security groups."""


class NodeClass(Word):
    """An object that tells Karpenter how a cloud makes nodes, written by somebody else."""

    group: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", max_length=253)]
    """API group: `karpenter.azure.com`."""
    kind: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]*$", max_length=63)]
    """Kind: `AKSNodeClass`."""
    name: Name
    """Its name."""


class Karpenter(Word):
    """How Karpenter makes nodes on this cluster: what its pools have in common."""

    role: Annotated[str | None, Field(pattern=r"^[\w+=,.@-]+$", max_length=64)] = None
    """IAM role that the nodes take; Karpenter makes the instance profile for it."""
    instance_profile: Annotated[str | None, Field(pattern=r"^[\w+=,.@-]+$", max_length=128)] = None
    """Instance profile that is there already, in place of a role."""
    image: ImageText | None = None
    """Machine image: family and version (`"al2023@v20261101"`), or an id. `"@latest"` replaces every node whenever AWS
    releases an image; a version is replaced by a commit."""
    family: Literal["AL2023", "Bottlerocket"] | None = None
    """What an image that is given by its id is built like."""
    subnets: Subnets | None = None
    """Subnets of the nodes by tags (`{karpenter.sh/discovery: prod}`) or ids."""
    security_groups: SecurityGroups | None = None
    """Security groups of the nodes by tags or ids."""
    tags: NewTags = Field(default_factory=dict)
    """Tags of all that is bought, for the bill."""
    node_class: NodeClass | None = None
    """Somebody else's class of nodes, on a cloud that is not AWS: then none is written here."""
    gates: tuple[Gate, ...] = ()
    """Feature gates with which Karpenter was started. `StaticCapacity` keeps the nodes that are always there, and
    `NodeOverlay` makes it know slices and shares of accelerators; both are off by default, and without them such pools
    are refused."""

    claims: bool = False
    """Whether Karpenter was started with `--ignore-dra-requests=false`: then it buys for pods that claim devices
    (`devices: dra`), and without it such pools are refused."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse_all(self._wrongs())
        return self

    def _wrongs(self) -> list[Wrong]:
        said = {"role": self.role or self.instance_profile, "image": self.image, "subnets": self.subnets}
        said["security_groups"] = self.security_groups
        if self.node_class:
            fix = "Keep node_class alone: its author says the rest."
            strange = [name for name, value in said.items() if value]
            return [Wrong(what=f"{name} stands beside node_class", fix=fix, at=f"/{name}") for name in strange]
        fixes = {
            "role": 'Name the IAM role of the nodes: role: "KarpenterNodeRole-prod".',
            "image": 'Say which machine image: image: "al2023@v20261101".',
            "subnets": "Say where: subnets: {karpenter.sh/discovery: prod}.",
            "security_groups": "Say which: security_groups: {karpenter.sh/discovery: prod}.",
        }
        wrongs = [Wrong(what=f"{name} is missing", fix=fixes[name]) for name, value in said.items() if not value]
        if self.role and self.instance_profile:
            fix = "Keep one of them."
            wrongs.append(Wrong(what="both role and instance_profile are said", fix=fix, at="/instance_profile"))
        wrongs += image_wrongs(self.image, self.family)
        return wrongs


def image_wrongs(image: str | None, family: str | None) -> list[Wrong]:
    """An image by id needs its family; a named one says it itself."""
    if image and image.startswith("ami-") and not family:
        return [Wrong(what=f"nobody says what {image} is built like", fix='Say family: "AL2023".', at="/image")]
    if image and family and not image.startswith("ami-"):
        return [Wrong(what=f"{image} says its family itself", fix="Remove family.", at="/family")]
    return []


Provisioner = Annotated[Name, Field(examples=[KARPENTER, "terraform"])]
