"""Placement against its peers."""
