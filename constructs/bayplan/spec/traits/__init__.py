"""What any workload may carry, one file a trait; `render/traits` mirrors the names."""
