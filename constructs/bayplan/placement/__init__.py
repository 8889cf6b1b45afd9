"""What is decided: which workload runs in which pool, how many nodes that takes, what it costs."""
