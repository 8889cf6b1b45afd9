"""What is rendered, tried: a real control plane, real scheduler and real Flux on this machine."""
