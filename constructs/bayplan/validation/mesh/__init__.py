"""What Istio makes of the objects: which pods get a proxy, who answers to a name, what a policy selects."""
