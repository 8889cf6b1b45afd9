"""Renew the prices of `spec/catalogue/ec2.csv`: `.venv/bin/python -m tools.catalogue [version]`.

They come from a Go module by the ordinary Go client, which checks its sum. Sizes are not in it and stay as they are: a
type that is new there is named, not added; a type that is gone there keeps its last price.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from tools.schemas.module import download

from bayplan.spec.catalogue import ec2

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MODULE = "github.com/aws/karpenter-provider-aws"
REGION = "us-east-1"


def main(version: str) -> None:
    """Rewrite the price column, say what changed, and note where the prices are from."""
    folder, _ = download(f"{MODULE}@{version}")
    version = folder.name.rpartition("@")[2]
    text = (folder / "pkg/providers/pricing/zz_generated.pricing_aws.go").read_text(encoding="utf-8")
    prices, generated = dict(read_prices(text)), re.search(r"generated at (\d{4}-\d\d-\d\d)", text)
    if not prices or not generated:
        raise SystemExit(f"{MODULE}@{version}: no prices of {REGION} where they used to be")
    renew(ec2.FILE, prices)
    note = ec2.FILE.with_suffix(".md")
    source = f"at `{version}`, generated {generated[1]}"
    note.write_text(
        re.sub(r"at `v[^`]*`, generated [0-9-]*", source, note.read_text(encoding="utf-8")), encoding="utf-8"
    )
    print(f"{len(prices)} prices of {REGION}, {MODULE} {source}")


def read_prices(text: str) -> Iterator[tuple[str, str]]:
    """Type and price of the region, as the Go source spells them, without trailing zeros."""
    region = re.search(rf'"{REGION}": \{{(.*?)\n\t\}}', text, re.DOTALL)
    for name, usd in re.findall(r'"([a-z0-9.-]+)": ([0-9.]+),', region[1] if region else ""):
        yield name, usd.rstrip("0").rstrip(".") if "." in usd else usd


def renew(file: Path, prices: Mapping[str, str]) -> None:
    """Put prices into the catalogue's last column and print what is different."""
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    renewed = []
    for row in rows:
        name = row.partition(",")[0]
        rest, _, old = row.rpartition(",")
        new = prices.get(name, old)
        if name not in prices:
            print(f"{name}: has no price any more, keeps {old}")
        elif float(new) != float(old):
            print(f"{name}: {old} -> {new}")
        renewed.append(f"{rest},{new}")
    known = {row.partition(",")[0] for row in rows}
    print(f"new types without sizes, not added: {', '.join(sorted(prices.keys() - known)) or 'none'}")
    file.write_text("\n".join([head, *renewed]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "latest")
