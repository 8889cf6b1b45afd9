"""Makes .cache/crds/: the upstream CRDs of the controllers that a cluster declares, for the lab's API server."""
