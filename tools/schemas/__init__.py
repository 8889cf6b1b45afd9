"""Makes schemas/ from what schemas/sources.yaml pins, and proves that it still is what those pins give."""
