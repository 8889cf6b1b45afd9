"""Volumes that pods can get."""
