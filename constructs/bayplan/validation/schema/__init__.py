"""Every object against the schema of its kind, in process: what kubeconform says of a tree, in a reader's words."""
