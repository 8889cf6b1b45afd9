"""For all tests: cdk8s runs on the Node of our wheel, whichever module a test imports first."""

from __future__ import annotations

import bayplan.render  # noqa: F401 - sets JSII_NODE, which jsii reads when it is first imported
