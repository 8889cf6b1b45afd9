"""Workloads and the pods that the API server lets them make."""
