"""Pods and the nodes that can take them."""
