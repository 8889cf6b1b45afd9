"""For all tests: cdk8s runs on the Node of our wheel; and no law is judged by how busy the machine is."""

from __future__ import annotations

import os

import hypothesis

import bayplan.render  # noqa: F401 - sets JSII_NODE, which jsii reads when it is first imported

# where CI is set, hypothesis has a profile of its own: it searches the same examples each time, and has no deadline
if not os.environ.get("CI"):
    hypothesis.settings.register_profile("any machine", deadline=None)
    hypothesis.settings.load_profile("any machine")
