"""Pod Security Standards: which pods a namespace takes, judged as the API server's own admission does."""
