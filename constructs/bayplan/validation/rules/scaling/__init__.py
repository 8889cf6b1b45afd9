"""Autoscalers and what they scale."""
