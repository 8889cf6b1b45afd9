"""What is told: one file a format, each a `render(x) -> str`."""
