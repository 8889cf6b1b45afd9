"""The parts of a review's page that are drawn otherwise than in a comment."""
