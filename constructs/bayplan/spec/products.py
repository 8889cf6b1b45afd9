"""Names under which NVIDIA's products are reported: to drivers, and by GPU feature discovery as a label of nodes.

Products: what karpenter-provider-aws 1.15.1 has read off EC2's machines, and NVIDIA's pages. Feature discovery writes
hyphens for blanks and more behind the name (`NVIDIA-L4-SHARED`):
<https://github.com/NVIDIA/k8s-device-plugin/blob/main/docs/gpu-feature-discovery/README.md>
"""

from __future__ import annotations

import re
from functools import lru_cache

PRODUCT_LABEL = "nvidia.com/gpu.product"
MODELS = (
    "a10g", "a100", "b200", "b300", "h100", "h200", "l4", "l40s", "rtx-pro-4500", "rtx-pro-server-6000", "t4", "t4g",
    "v100",
)  # fmt: skip
"""Models of the catalogue that are NVIDIA's."""
OTHER_WORDS = {"rtx-pro-server-6000": r"rtx pro 6000\b.*\bserver", "rtx-pro-4500": r"rtx pro 4500"}
"""What the name of a product has in small letters, where that is not its model."""


def words(model: str) -> str:
    """A regular expression, with bounds of words around it, that finds a model in the name of its products."""
    said = OTHER_WORDS.get(model, model.replace("-", "[ -]").replace(".", r"\."))
    return rf"\b{said}\b"


@lru_cache(maxsize=256)
def models_in(product: str) -> frozenset[str]:
    """The models whose product a name may be; none where nobody knows it."""
    text = product.lower().replace("-", " ").replace("_", " ")
    return frozenset(model for model in MODELS if re.search(words(model), text))
