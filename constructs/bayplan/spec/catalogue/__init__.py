"""What machines can be bought, and what pods can use of them."""
