"""Offers what a visitor may like: candidates first, then the best of them in order, within a second."""

import bayplan as bp

SEARCH = {"space": {"rate": bp.Search(low=0.0001, high=0.1, log=True)}, "metric": "loss", "goal": "min", "trials": 12}


def image(name: str, digest: str) -> str:
    """What runs: the digest pins it, whoever moves the tag."""
    return f"registry.example.com/shop/{name}@sha256:{digest * 8}"


ranker = bp.Model(name="ranker", version="5", source=f"oci://{image('ranker:5', '4a5b6c7d')}", size="6G")
candidates = bp.Service(
    name="candidates",
    image=image("candidates:v6", "1a2b3c4d"),
    resources=bp.Resources(cpu="2", memory="4Gi"),
    autoscale=bp.Autoscale(min=3, max=20, requests_per_second=200),
    expose=bp.Expose(host="shop.example.com", paths=["/recommendations"], timeout="1s"),
)
load = bp.Load(  # which GPUs carry so many rankings most cheaply, and how many of each, the plan decides
    min="900",
    max="6000",
    unit="rankings/s",
    carried_by=[bp.Carrier(model="l4", throughput="300"), bp.Carrier(model="a100", throughput="1500")],
)
ranking = bp.ModelServer(
    name="ranking",
    image=image("ranking:v9", "2b3c4d5e"),
    model="ranker:5",
    resources=bp.Resources(cpu="4", memory="16Gi"),
    load=load,
    access=bp.Access(callers=["candidates"]),
)
features = bp.Service(  # what is known of visitors and goods, in memory
    name="features",
    image=image("features:v2", "3c4d5e6f"),
    port=6379,
    replicas=1,
    resources=bp.Resources(cpu="2", memory="24Gi"),
    storage=bp.Storage(size="200Gi", type="gp3"),
    access=bp.Access(callers=["candidates", "ranking", "prepare"]),
)
prepare = bp.SparkJob(name="prepare", image=image("prepare:v3", "5e6f7a8b"), file="local:///opt/app/prepare.py")
tune = bp.TuningJob(
    name="tune", image=image("tune:v2", "7a8b9c0d"), command=["trial"], **SEARCH
)  # 12 trials, 2 at once
train = bp.TrainingJob(
    name="train",
    image=image("train:v7", "6f7a8b9c"),
    framework="tensorflow",
    workers=4,
    parameter_servers=bp.Role(count=2, resources=bp.Resources(cpu="4", memory="24Gi")),  # these need no GPU
    command=["python", "/app/train.py"],
    resources=bp.Resources(cpu="6", memory="24Gi"),
    accelerator=bp.Accelerator(model="l4"),
    checkpoints=bp.Checkpoints(url="s3://shop-models/ranker"),
)
every = [candidates, ranking, features, prepare, tune, train]
app = bp.App(name="recommendation", team="shop", models=[ranker], workloads=every)
