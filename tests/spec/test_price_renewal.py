"""The script that renews the catalogue's prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.catalogue.__main__ import read_prices, renew

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

GO = """// generated at 2026-07-20T13:44:30Z for us-east-1
var InitialOnDemandPricesAWS = map[string]map[ec2types.InstanceType]float64{
\t"us-east-1": {
\t\t// a1 family
\t\t"a1.large": 0.051000, "a1.metal": 12.000000,
\t},
\t"us-west-9": {
\t\t"a1.large": 9.000000,
\t},
}
"""


def test_prices_of_the_region_alone_are_read() -> None:
    assert dict(read_prices(GO)) == {"a1.large": "0.051", "a1.metal": "12"}


def test_only_prices_change_and_every_change_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ec2.csv"
    file.write_text("name,cpu,usd\na1.large,1,0.05\nold.large,2,0.3\n")
    renew(file, {"a1.large": "0.051", "new.large": "1"})
    assert file.read_text() == "name,cpu,usd\na1.large,1,0.051\nold.large,2,0.3\n"
    said = capsys.readouterr().out
    assert "a1.large: 0.05 -> 0.051" in said
    assert "old.large: has no price any more" in said
    assert "not added: new.large" in said
