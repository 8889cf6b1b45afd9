"""Values of two revisions beside each other: what the API server makes of them, and how to tell them."""
