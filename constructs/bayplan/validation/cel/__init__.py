"""CEL as the API server evaluates it: the language, and Kubernetes' own functions.

Written here because no library for Python has quantities, addresses, optional values and lists that are sets; it agrees
with the conformance tests of the language and with a real API server (tests/cel/, tests/e2e/).
"""
