"""Renews the prices of the machine catalogue."""
