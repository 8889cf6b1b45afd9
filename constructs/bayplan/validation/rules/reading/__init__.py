"""Files that cannot be read."""
