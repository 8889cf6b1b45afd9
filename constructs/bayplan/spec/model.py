"""A model: which files are served, where they come from, and what holding them takes."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bayplan.spec.amount import parse
from bayplan.spec.model_source import check_source, kind_of
from bayplan.spec.name import Image, Name, PlainText, Whole
from bayplan.spec.quantity import SomeMemoryText
from bayplan.spec.word import Word
from bayplan.spec.wrong import Wrong, refuse, refuse_all, show

if TYPE_CHECKING:
    from collections.abc import Iterator

BITS = {"float32": 32, "bfloat16": 16, "float16": 16, "fp8": 8, "int8": 8, "int4": 4}
"""Of one parameter, by how the weights are stored."""
SMALL = 8
"""Bits of a parameter to which models are made smaller after they were trained."""
_COUNTS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_COUNT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)([KMBT]?)")


def _check_version(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9.]{0,38}[a-z0-9])?", text):
        refuse(f"{show(text)} is no version of a model", 'Use small letters, digits, "-" and ".": "2", "3.1-8b".')
    return text


def _check_count(text: str) -> str:
    if not _COUNT.fullmatch(text) or not _counted(text):
        refuse(f"{show(text)} is no number of parameters", 'Write "8B", "8.03B" or "350M".')
    return text


def _counted(text: str) -> int:
    match = _COUNT.fullmatch(text)
    return int(Fraction(match[1]) * _COUNTS[match[2]]) if match else 0


VersionName = Annotated[str, AfterValidator(_check_version), Field(examples=["2", "3.1-8b"])]
"""A version, as short as people say it."""
ModelSource = Annotated[str, AfterValidator(check_source), Field(json_schema_extra={"pattern": "^(oci|s3|hf|pvc)://"})]
"""Where files are: `oci://`, `s3://`, `hf://` or `pvc://`."""
Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
ParametersText = Annotated[str, AfterValidator(_check_count), Field(examples=["8B", "350M"])]
Several = Annotated[Whole, Field(ge=1, le=100_000)]


class Model(Word):
    """One version of a model. Servers name it as `name:version`, so that going back is one line."""

    name: Name
    """Name of the model; its files are found under `/models/<name>`, whatever the version."""
    version: VersionName
    """Version: several of one model may be there at once."""
    source: ModelSource
    """Where its files are: an image (`oci://registry.example.com/vision/resnet:2@sha256:...`, mounted as it is), a
    bucket (`s3://bucket/path`), a repository of Hugging Face (`hf://owner/name`), or a volume that is there
    (`pvc://claim/path`). Of a bucket and of a repository every replica fetches the files before it starts."""
    revision: Commit | None = None
    """Commit of a repository of Hugging Face, which `hf://` needs: a branch may be moved, and so may what runs."""
    digest: Digest | None = None
    """Digest of the files. With `oci://` it decides what is mounted (without one: a finding); of other sources it is
    written beside what runs, and nobody checks it."""
    size: SomeMemoryText | None = None
    """Size of the files that are loaded: `"16G"`. How long a start may take follows from it."""
    format: Name | None = None
    """Format of the files, for people: `safetensors`, `saved-model`, `onnx`."""
    licence: PlainText | None = None
    """Licence under which it may be used, written beside what runs."""
    signature: PlainText | None = None
    """Who signed it (`"release@example.com"`), written beside what runs; to check it is the registry's business."""
    parameters: ParametersText | None = None
    """How many parameters: `"8.03B"`. With `weights` it says the memory that they take."""
    weights: Literal["float32", "bfloat16", "float16", "fp8", "int8", "int4"] = "bfloat16"
    """How a parameter is stored: four bytes to half a byte. Of a model that was made smaller say `size`, too: its
    scales, and what was left as it was, come on top."""
    experts: ParametersText | None = None
    """How many of `parameters` are those of experts, all together, in a mixture of them: `"654B"`. Copies of `llm.data`
    share these out among each other, and nothing else."""
    layers: Several | None = None
    """Layers of a language model (`num_hidden_layers` of its config.json)."""
    heads: Several | None = None
    """Attention heads of a layer (`num_attention_heads`): tensor parallelism must divide them."""
    kv_heads: Several | None = None
    """Heads of a layer whose keys and values are kept (`num_key_value_heads`); by default all."""
    head_size: Several | None = None
    """Numbers in a head (`head_dim`, or `hidden_size` divided by `num_attention_heads`)."""
    cache_per_token: SomeMemoryText | None = None
    """What all layers together keep of one token, for models that keep less than keys and values of each head
    (multi-head latent attention): `"70Ki"`. It is counted on every accelerator: tensor parallelism leaves it whole."""
    rate: SomeMemoryText = "100M"
    """Bytes a second at which the files come, from their source and then into memory: what a slow day has, not a good
    one. From it and `size` follows how long a start may take."""
    secret: Name | None = None
    """Secret in the app's namespace with the credentials for fetching, each key as a setting: `HF_TOKEN`, or
    `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`. By default none: everybody, or the machine, may read the files."""
    fetched_by: Image = "docker.io/kserve/storage-initializer:v0.20.0"
    """Image that fetches `s3://` and `hf://`: its entry point takes the source and a folder, as KServe's does. The
    default has no digest, which is a finding: name the one that your registry has."""

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse_all(self._wrongs())
        return self

    def _wrongs(self) -> Iterator[Wrong]:
        kind = kind_of(self.source)
        if kind == "hf" and not self.revision:
            fix = "Say revision with the commit, 40 hex digits: a branch may be moved, and so may what runs."
            yield Wrong(what=f"{self.source} without a revision", fix=fix, at="/source")
        if kind != "hf" and self.revision:
            yield Wrong(what=f"{kind}:// has no revisions", fix="Remove it, or say digest.", at="/revision")
        if kind == "oci" and self.digest and "@" in self.source and not self.source.endswith(f"@{self.digest}"):
            yield Wrong(what="source and digest name different images", fix="Keep one of them.", at="/digest")
        if kind in ("oci", "pvc") and self.secret:
            fix = "Remove it: nodes fetch images with their own rights, and a volume needs none."
            yield Wrong(what=f"{kind}:// is not fetched with a secret", fix=fix, at="/secret")
        if self.kv_heads and self.heads and self.heads % self.kv_heads:
            what = f"{self.heads} heads are no multiple of {self.kv_heads} kv_heads"
            yield Wrong(what=what, fix="Copy both from the model's config.json.", at="/kv_heads")
        if self.experts and self.expert_bytes >= self._stored:
            fix = f"Of {self.parameters} parameters some are shared by all experts: correct one of them."
            what = f"{self.experts} parameters in experts, of {self.parameters or 'nobody knows how many'} in all"
            yield Wrong(what=what, fix=fix if self.parameters else "Say parameters, too.", at="/experts")
        if self.size and self.parameters and parse(self.size) * 100 < self._stored * 90:
            stored = f"{self._stored / 10**9:.1f} GB"
            what = f"{self.parameters} parameters in {self.weights} take {stored}, size says {self.size}"
            yield Wrong(what=what, fix="Correct size, parameters or weights.", at="/size")

    @property
    def reference(self) -> str:
        """As servers name it: `resnet:2`."""
        return f"{self.name}:{self.version}"

    @property
    def kind(self) -> str:
        """Of its source: `oci`, `s3`, `hf` or `pvc`."""
        return kind_of(self.source)

    @property
    def weight_bytes(self) -> int:
        """Memory of its weights: by its parameters, or else by the size of its files; 0 where nobody knows.

        Of a model that was made smaller the files say more: their scales are loaded, too.
        """
        return max(self._stored, self.file_bytes) if BITS[self.weights] <= SMALL else self._stored or self.file_bytes

    @property
    def expert_bytes(self) -> int:
        """Memory of its experts, of that of its weights."""
        return _counted(self.experts) * BITS[self.weights] // 8 if self.experts else 0

    @property
    def file_bytes(self) -> int:
        """Size of its files, or what its parameters take; 0 where nobody knows."""
        return int(parse(self.size)) if self.size else self._stored

    @property
    def read_seconds(self) -> int:
        """How long its files take to be read once; 0 where nobody knows their size."""
        return int(-(-self.file_bytes // parse(self.rate)))

    @property
    def fetch_seconds(self) -> int:
        """How long its files take to come to the machine: a volume is there."""
        return 0 if self.kind == "pvc" else self.read_seconds

    @property
    def _stored(self) -> int:
        return _counted(self.parameters) * BITS[self.weights] // 8 if self.parameters else 0
