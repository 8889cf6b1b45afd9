"""Who may do what: bindings, roles and accounts."""
