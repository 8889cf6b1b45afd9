"""Rules about waivers: what is accepted is accepted for a reason and a time, and for what there is."""
