"""A review, told: one form a module."""
