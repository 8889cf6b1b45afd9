"""What is being done, said on standard error so that pipes stay clean."""

from __future__ import annotations

import sys


def tell(step: str, detail: str, /) -> None:
    """Say that a step begins."""
    print(f"  {step:<6} {detail}", file=sys.stderr, flush=True)
