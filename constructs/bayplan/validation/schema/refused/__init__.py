"""What the API server's own code refuses in built-in kinds, on top of what its OpenAPI says.

Said as JSON Schema and laid over the schemas of the kinds, so that the same validator judges it at the same speed.
Where fields contradict each other, a rule about that kind says so; here each field stands alone.

Source: `pkg/apis/*/validation` of <https://pkg.go.dev/k8s.io/kubernetes>.
"""
