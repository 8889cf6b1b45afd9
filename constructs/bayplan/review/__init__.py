"""What a change does: two revisions of a tree beside each other, as Flux would see them."""
