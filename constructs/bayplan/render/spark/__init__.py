"""What becomes of a Spark job: its pods, and its settings."""
