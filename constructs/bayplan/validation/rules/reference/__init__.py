"""Names that must lead to something."""
