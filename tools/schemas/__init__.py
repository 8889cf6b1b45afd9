"""Makes schemas/crds and schemas/kubernetes from what is pinned in schemas/sources.yaml, and proves that they still are that."""
