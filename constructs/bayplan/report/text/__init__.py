"""Reports for a person at a terminal or in a CI log; colour is the last step and only where it was asked for."""
