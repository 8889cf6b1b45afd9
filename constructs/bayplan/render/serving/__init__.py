"""How models reach their servers, and what serves them."""
