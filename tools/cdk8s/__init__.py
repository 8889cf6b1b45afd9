"""cdk8s-cli from npm, pinned: runs our cdk8s.yaml as a user of cdk8s does."""
