"""How the rendered folders reach the cluster: one Flux Kustomization for each."""
