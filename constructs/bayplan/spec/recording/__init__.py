"""Python apps: each runs in a process of its own, and what it says is noted with the line of every word."""
