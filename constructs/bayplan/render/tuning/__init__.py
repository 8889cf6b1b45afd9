"""What becomes of a tuning job: the Ray cluster that runs its trials, and the program that asks for them."""
