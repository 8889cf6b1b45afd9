"""Trains a model on two machines with four L4 each, all in one zone."""

from bayplan import Accelerator, App, Checkpoints, Resources, TrainingJob

IMAGE = "registry.example.com/vision/digits:v1"
DIGEST = "sha256:d0198420e3c8f1fd6d8dcee57caff4495c87f7c0015ac84da95e1ac65d148c77"

app = App(
    name="digits",
    team="vision",
    workloads=[
        TrainingJob(
            name="train",
            image=f"{IMAGE}@{DIGEST}",
            framework="pytorch",  # or tensorflow, jax, mpi
            command=["torchrun", "train.py"],  # torchrun finds all of its options in the environment
            workers=2,  # pods; resources and accelerator are those of each
            resources=Resources(cpu="16", memory="64Gi"),
            accelerator=Accelerator(model="l4", count=4),  # one process for each
            batch_size=1024,  # of all 8 processes together
            gang="zone",  # all of them in one zone, or none
            checkpoints=Checkpoints(size="100Gi", type="efs", shared=True),  # or url="s3://bucket/folder"
            deadline="12h",  # of one attempt
            env={"EPOCHS": "20"},
            run="1",  # write "2" to train once more
        ),
    ],
)
