"""What Kueue will admit, told before anything is submitted: a simulation of its scheduler on quotas alone."""
