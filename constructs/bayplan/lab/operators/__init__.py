"""Controllers of workloads in a lab: those of the cluster's `controllers` that are built, each with its webhooks."""
