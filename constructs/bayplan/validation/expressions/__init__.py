"""Expressions that fields hold: regular expressions, PromQL, CEL, Go templates."""
