"""What is built: cdk8s constructs, and the files that Flux syncs. The only room that knows cdk8s."""

from bayplan.render.node import choose_node

choose_node()  # before anything here imports cdk8s: that starts Node
