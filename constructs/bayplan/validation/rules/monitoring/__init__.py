"""Monitoring: what nobody scrapes, and rules that can never fire."""
