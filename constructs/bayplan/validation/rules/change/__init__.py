"""Rules about what a change does that neither revision shows alone: they compare with an earlier one."""
