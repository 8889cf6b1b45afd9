"""What any workload may carry, one file a trait, named as in `spec/traits`: constructs, or parts of a pod."""
