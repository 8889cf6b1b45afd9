"""Who reaches whom on which port, under NetworkPolicies and the mesh's policies."""
