"""The frameworks that training jobs run on, for the tests that train for real."""
