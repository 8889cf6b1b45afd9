"""Tells what is on a picture: the platform's first app, from training to serving.

Everything that is not said here has a careful default; hover over a word in your editor to read what it does.
"""

from bayplan import Accelerator, App, Autoscale, Canary, Checkpoints, Expose, Model, ModelServer, Resources, TrainingJob

REGISTRY = "registry.example.com/vision"
SERVER = f"{REGISTRY}/classifier:v1@sha256:d0198420e3c8f1fd6d8dcee57caff4495c87f7c0015ac84da95e1ac65d148c77"
TRAINER = f"{REGISTRY}/train:v4@sha256:5be8f3a3f1d64f0c1b7f8a0d3b1f3f8b3c8a7d5e4f2a1b0c9d8e7f6a5b4c3d2e"


def resnet(version: str, digest: str) -> Model:
    """One version of the model, as an image that holds nothing but its files."""
    source = f"oci://{REGISTRY}/resnet:{version}@sha256:{digest}"
    return Model(name="resnet", version=version, source=source, size="200M", format="saved-model")


SMALL = Resources(cpu="500m", cpu_limit="1", memory="512Mi", memory_limit="1Gi")

app = App(
    name="classifier",
    team="vision",
    models=[
        resnet("1", "0a37bb0e8d2f2c1b6e55c8f9f6a1d4e7b0c3f8a5d2e9b6c1f4a7d0e3b8c5f2a9"),
        resnet("2", "9c2f5c8b3e0d7a4f1c6b9e2d5a8f3c0b7e4d1a6f9c8b5e2d3f0a7c4b1e6d9f8a"),
    ],
    workloads=[
        ModelServer(
            name="classifier",
            image=SERVER,
            model="resnet:1",
            resources=SMALL,
            autoscale=Autoscale(min=3, max=12, requests_per_second="40"),  # 3 are always paid for, 12 must always fit
            expose=Expose(host="classifier.example.com"),  # HTTPS; plain HTTP is sent there
            canary=Canary(to="classifier-next", share="10%"),  # version 2 shows what it can on every tenth picture
        ),
        ModelServer(name="classifier-next", image=SERVER, model="resnet:2", resources=SMALL, replicas=2),
        TrainingJob(  # runs once, and again whenever a word of it changes
            name="train",
            image=TRAINER,
            framework="tensorflow",
            workers=2,  # each finds the other in TF_CONFIG
            command=["python", "/app/train.py"],
            resources=Resources(cpu="8", memory="32Gi"),
            accelerator=Accelerator(model="l4"),
            checkpoints=Checkpoints(size="100Gi", type="efs", shared=True),  # in CHECKPOINT_DIR: it goes on from there
            gang="zone",  # gradients cross no zone
            deadline="12h",
        ),
    ],
)
