"""What Flux owns, and in which order."""
