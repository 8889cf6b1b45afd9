"""What runs, and with which rights."""
