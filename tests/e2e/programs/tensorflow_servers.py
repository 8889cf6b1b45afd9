"""ParameterServerStrategy: parameter servers and workers wait for the chief, who leads; all are found by TF_CONFIG."""

import os
import pathlib
import time

import tensorflow as tf

STEPS, PAUSE_S = int(os.environ["STEPS"]), float(os.environ["PAUSE_S"])
FOLDER = os.environ["CHECKPOINT_DIR"]
resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
if resolver.task_type in ("worker", "ps"):
    server = tf.distribute.Server(
        resolver.cluster_spec(), job_name=resolver.task_type, task_index=resolver.task_id, protocol="grpc"
    )
    print(f"serves {resolver.task_type} {resolver.task_id}", flush=True)
    server.join()

strategy = tf.distribute.ParameterServerStrategy(
    resolver, variable_partitioner=tf.distribute.experimental.partitioners.FixedShardsPartitioner(num_shards=1)
)
coordinator = tf.distribute.coordinator.ClusterCoordinator(strategy)
with strategy.scope():
    weight = tf.Variable(0.0)
    step = tf.Variable(0, dtype=tf.int64)
checkpoint = tf.train.Checkpoint(weight=weight, step=step)
manager = tf.train.CheckpointManager(checkpoint, str(pathlib.Path(FOLDER)), max_to_keep=2)
if manager.latest_checkpoint:
    checkpoint.restore(manager.latest_checkpoint)
print(f"from {int(step.numpy())} on {weight.device}", flush=True)


@tf.function
def train() -> None:
    weight.assign_sub(0.2 * (weight - 3.0))
    step.assign_add(1)


while int(step.numpy()) < STEPS:
    coordinator.schedule(train)
    coordinator.join()
    manager.save()
    print(f"step {int(step.numpy())}", flush=True)
    time.sleep(PAUSE_S)
print(f"done {int(step.numpy())} weight {float(weight.numpy()):.4f}", flush=True)
