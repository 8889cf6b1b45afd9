"""Offers what a visitor may like: candidates first, then the best of them in order, within a second."""

import bayplan as bp

SHOP = "registry.example.com/shop"  # the digests pin what runs, whoever moves the tags

ranker = bp.Model(name="ranker", version="5", source=f"oci://{SHOP}/ranker:5@sha256:{'4a5b6c7d' * 8}", size="6G")
candidates = bp.Service(
    name="candidates",
    image=f"{SHOP}/candidates:v6@sha256:{'1a2b3c4d' * 8}",
    resources=bp.Resources(cpu="2", memory="4Gi"),
    autoscale=bp.Autoscale(min=3, max=20, requests_per_second="200"),
    slo=bp.Slo(latency="250ms", within="99%"),  # whoever promised is told before the promise breaks
    expose=bp.Expose(host="shop.example.com", paths=["/recommendations"], timeout="1s"),
)
gpus = [bp.Carrier(model="l4", throughput="300"), bp.Carrier(model="a100", throughput="1500")]
load = bp.Load(min="900", max="6000", unit="rankings/s", carried_by=gpus)  # which are cheapest, the plan decides
ranking = bp.ModelServer(
    name="ranking",
    image=f"{SHOP}/ranking:v9@sha256:{'2b3c4d5e' * 8}",
    model="ranker:5",
    resources=bp.Resources(cpu="4", memory="16Gi"),
    load=load,
    access=bp.Access(callers=["candidates"]),
)
features = bp.Service(  # what is known of visitors and goods, in memory
    name="features",
    image=f"{SHOP}/features:v2@sha256:{'3c4d5e6f' * 8}",
    port=6379,
    replicas=1,
    resources=bp.Resources(cpu="2", memory="24Gi"),
    storage=bp.Storage(size="200Gi", type="gp3"),
    access=bp.Access(callers=["candidates", "ranking", "prepare"]),
)
prepare = bp.SparkJob(
    name="prepare", image=f"{SHOP}/prepare:v3@sha256:{'5e6f7a8b' * 8}", file="local:///opt/app/prepare.py"
)
tune = bp.TuningJob(  # which rate learns best: 12 trials, 2 at a time
    name="tune",
    image=f"{SHOP}/tune:v2@sha256:{'7a8b9c0d' * 8}",
    command=["trial"],
    space={"rate": bp.Search(low=0.0001, high=0.1, log=True)},
    metric="loss",
    goal="min",
    trials=12,
)
train = bp.TrainingJob(
    name="train",
    image=f"{SHOP}/train:v7@sha256:{'6f7a8b9c' * 8}",
    framework="tensorflow",
    workers=4,
    parameter_servers=bp.Role(count=2, resources=bp.Resources(cpu="4", memory="24Gi")),  # these need no GPU
    command=["python", "/app/train.py"],
    resources=bp.Resources(cpu="6", memory="24Gi"),
    accelerator=bp.Accelerator(model="l4"),
    checkpoints=bp.Checkpoints(url="s3://shop-models/ranker"),
)
app = bp.App(
    name="recommendation", team="shop", models=[ranker], workloads=[candidates, ranking, features, prepare, tune, train]
)
