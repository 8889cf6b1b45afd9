"""Training jobs: one file for each framework, one for each controller that runs them."""
