"""What the image of the training job holds: it learns, keeps what it has learnt, and goes on from there."""

import os
from pathlib import Path

import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

gpu = torch.cuda.is_available()
if gpu:
    torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
distributed.init_process_group("nccl" if gpu else "gloo")
device = torch.device("cuda" if gpu else "cpu")

model = DistributedDataParallel(torch.nn.Linear(64, 10).to(device))
optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
share = int(os.environ["BATCH_SIZE_PER_PROCESS"])

kept = Path(os.environ["CHECKPOINT_DIR"]) / "last.pt"  # a folder on a volume; for a URL use fsspec.open
first = 0
if kept.exists():
    state = torch.load(kept, map_location=device)
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    first = state["epoch"] + 1

for epoch in range(first, int(os.environ["EPOCHS"])):
    pictures = torch.randn(share, 64, device=device)  # your data
    digits = pictures[:, :10].argmax(dim=1)
    loss = torch.nn.functional.cross_entropy(model(pictures), digits)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    if distributed.get_rank() == 0:
        print(f"epoch {epoch}: loss {loss.item():.4f}", flush=True)
        state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "epoch": epoch}
        kept.parent.mkdir(parents=True, exist_ok=True)
        torch.save(state, kept.with_suffix(".new"))
        kept.with_suffix(".new").replace(kept)  # a checkpoint is whole, or it is not there
    distributed.barrier()  # nobody ends before it is kept
distributed.destroy_process_group()
