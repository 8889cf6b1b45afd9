"""What people ask for: apps and clusters, in their own words."""
