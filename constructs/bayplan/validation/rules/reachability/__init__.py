"""What must reach what, and is stopped on the way."""
