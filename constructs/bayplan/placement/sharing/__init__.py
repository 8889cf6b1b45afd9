"""Who sits when not everything fits: pods that share accelerators, on nodes that are there already.

The rest of placement buys nodes for everybody. Here the nodes are fixed, pods take whole accelerators or thousandths of
one, and what is decided is who waits: as little weight as possible, and nobody for the sake of a lower priority.
"""
