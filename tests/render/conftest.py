"""A chart of somebody else's cdk8s app, and snapshots that people and kubeconform can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cdk8s
import pytest
import yaml
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

import bayplan.render  # noqa: F401 - chooses the Node before cdk8s starts one

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion
    from syrupy.types import SerializableData, SerializedData


class YamlFile(SingleFileSnapshotExtension):
    """One YAML file a snapshot, one document an object."""

    _write_mode = WriteMode.TEXT
    file_extension = "yaml"

    def serialize(self, data: SerializableData, **_: object) -> SerializedData:
        return str(yaml.safe_dump_all(data, sort_keys=False, width=120))


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(YamlFile)


@pytest.fixture
def chart(tmp_path: Path) -> cdk8s.Chart:
    return cdk8s.Chart(cdk8s.App(outdir=str(tmp_path)), "theirs")
