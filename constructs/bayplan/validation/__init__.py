"""What is judged: findings about any tree of manifests, rendered by bayplan or not."""
