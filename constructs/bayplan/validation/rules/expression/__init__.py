"""Expressions in fields: PromQL, regular expressions, CEL, Go templates, JSON."""
