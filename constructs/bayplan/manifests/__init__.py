"""The noun of everything after rendering: manifests, read and written as Kubernetes reads them.

Lowest room of the house, since spec reads its YAML with the same reader that Flux's tree is judged by.
"""
