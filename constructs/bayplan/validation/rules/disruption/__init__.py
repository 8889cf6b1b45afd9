"""What happens when nodes are drained."""
