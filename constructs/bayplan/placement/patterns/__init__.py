"""Node patterns: how few and how cheap nodes can seat a set of pods, and a proof of how near that is to the best."""
