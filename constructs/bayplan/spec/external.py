"""What an app needs and does not bring: somebody else makes it, and nobody is to be told that it is missing."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bayplan.spec.many import Many
from bayplan.spec.name import PlainText
from bayplan.spec.word import Word
from bayplan.spec.wrong import refuse, show

KIND = r"[A-Z][A-Za-z0-9]*(\.[a-z0-9]([-a-z0-9.]*[a-z0-9])?)?"


def _check_kind(text: str) -> str:
    if not re.fullmatch(KIND, text):
        refuse(f"{show(text)} is no kind", 'Write it as kubectl does: "Secret", "KafkaTopic.kafka.strimzi.io".')
    return text


def _check_pattern(text: str) -> str:
    if text and not re.fullmatch(r"[-a-z0-9.*?]{1,253}", text):
        refuse(f"{show(text)} names nothing", 'Write a name; "*" stands for any text in it: "model-*".')
    return text


def _check_reason(text: str) -> str:
    if not text.strip():
        refuse("there is no reason", "Say who makes it, and where: people will ask.")
    return text


KindName = Annotated[str, AfterValidator(_check_kind), Field(json_schema_extra={"pattern": f"^{KIND}$"})]
"""A kind with its group, as kubectl writes it: `Secret`, `KafkaTopic.kafka.strimzi.io`."""
Pattern = Annotated[str, AfterValidator(_check_pattern)]
"""A name in which `*` and `?` stand for any text and any character."""
Reason = Annotated[PlainText, AfterValidator(_check_reason)]
"""Why, in words."""


class External(Word):
    """An object that is there although no file makes it."""

    kind: KindName
    """Its kind: `Secret`, `Service`, `StorageClass.storage.k8s.io`."""
    name: Annotated[Pattern, Field(min_length=1)]
    """Its name; `*` stands for any text."""
    namespace: Pattern = ""
    """Its namespace; in an app the app's own, in .bayplan.yaml any."""
    keys: Many[str] = ()
    """Keys that it has, for a ConfigMap or Secret: others are then told as missing."""
    why: Reason
    """Who makes it, and where."""
