"""Proofs of cost: integers that show, without a solver, that no plan can be cheaper than a bound."""
