"""Queues in which jobs wait for room, and what models and training run on."""
