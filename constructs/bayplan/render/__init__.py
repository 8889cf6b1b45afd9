"""What is built: cdk8s constructs, and the files that Flux syncs. The only room that knows cdk8s."""
