"""jax.distributed: every process finds the coordinator, how many there are and its own number in its environment."""

import os
import pathlib
import time

import jax
import jax.numpy as jnp
from jax.experimental import multihost_utils

STEPS, PAUSE_S = int(os.environ["STEPS"]), float(os.environ["PAUSE_S"])
FILE = pathlib.Path(os.environ["CHECKPOINT_DIR"]) / "model.npz"
FILE.parent.mkdir(parents=True, exist_ok=True)
jax.distributed.initialize(
    coordinator_address=os.environ["JAX_COORDINATOR_ADDRESS"],
    num_processes=int(os.environ["JAX_NUM_PROCESSES"]),
    process_id=int(os.environ["JAX_PROCESS_ID"]),
)
rank, world = jax.process_index(), jax.process_count()
weight, first = jnp.zeros(()), 0
if FILE.exists():
    with jnp.load(FILE) as saved:
        weight, first = jnp.asarray(saved["weight"]), int(saved["step"])
print(f"from {first} rank {rank} of {world}", flush=True)
for step in range(first + 1, STEPS + 1):
    gradient = jax.grad(lambda value: (value - 3.0) ** 2)(weight)
    weight = weight - 0.1 * multihost_utils.process_allgather(gradient).mean()
    if rank == 0:
        new = FILE.with_name("new.npz")
        jnp.savez(new, weight=weight, step=step)
        new.replace(FILE)
    multihost_utils.sync_global_devices(f"step {step}")
    print(f"step {step}", flush=True)
    time.sleep(PAUSE_S)
print(f"done {STEPS} rank {rank} of {world} weight {float(weight):.4f}", flush=True)
jax.distributed.shutdown()
