"""Distributed data parallel on gloo, as torchrun starts it: every process has its rank from torchrun."""

import os
import pathlib
import time

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

STEPS, PAUSE_S = int(os.environ["STEPS"]), float(os.environ["PAUSE_S"])
FILE = pathlib.Path(os.environ["CHECKPOINT_DIR"]) / "model.pt"

FILE.parent.mkdir(parents=True, exist_ok=True)
dist.init_process_group("gloo")
rank, world = dist.get_rank(), dist.get_world_size()
torch.manual_seed(7)
model = DistributedDataParallel(torch.nn.Linear(4, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
first = 0
if FILE.exists():
    saved = torch.load(FILE)
    model.module.load_state_dict(saved["model"])
    first = saved["step"]
print(f"from {first} rank {rank} of {world}", flush=True)
for step in range(first + 1, STEPS + 1):
    inputs = torch.randn(8, 4, generator=torch.Generator().manual_seed(step * world + rank))
    loss = ((model(inputs) - inputs.sum(1, keepdim=True)) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if rank == 0:
        new = FILE.with_suffix(".new")
        torch.save({"model": model.module.state_dict(), "step": step}, new)
        new.replace(FILE)
    dist.barrier()
    print(f"step {step}", flush=True)
    time.sleep(PAUSE_S)
print(f"done {STEPS} rank {rank} of {world} loss {loss.item():.4f}", flush=True)
dist.destroy_process_group()
