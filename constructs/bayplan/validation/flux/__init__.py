"""What Flux makes of a tree before it applies it: sources, builds, variables, encrypted files."""
