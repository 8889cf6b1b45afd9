"""MultiWorkerMirroredStrategy: every process is a worker, found by TF_CONFIG; a chief, or worker 0, writes."""

import json
import os
import pathlib
import time

import tensorflow as tf

STEPS, PAUSE_S = int(os.environ["STEPS"]), float(os.environ["PAUSE_S"])
FOLDER = pathlib.Path(os.environ["CHECKPOINT_DIR"])
task = json.loads(os.environ["TF_CONFIG"])["task"]
cluster = json.loads(os.environ["TF_CONFIG"])["cluster"]
writes = task["type"] == "chief" or ("chief" not in cluster and task["index"] == 0)

strategy = tf.distribute.MultiWorkerMirroredStrategy()
with strategy.scope():
    weight = tf.Variable(0.0, aggregation=tf.VariableAggregation.MEAN)
    step = tf.Variable(0, dtype=tf.int64, aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA)
checkpoint = tf.train.Checkpoint(weight=weight, step=step)
# every worker writes, as the strategy wants it; only one of them where it is kept
own = FOLDER if writes else pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"{task['type']}-{task['index']}"
last = tf.train.latest_checkpoint(str(FOLDER))
if last:
    checkpoint.restore(last)
manager = tf.train.CheckpointManager(checkpoint, str(own), max_to_keep=2)
print(f"from {int(step.numpy())} {task['type']} {task['index']} of {strategy.num_replicas_in_sync}", flush=True)


@tf.function
def train() -> tf.Tensor:
    def replica() -> None:
        context = tf.distribute.get_replica_context()
        gradient = context.all_reduce(tf.distribute.ReduceOp.MEAN, 2 * (weight - 3.0))
        weight.assign_sub(0.1 * gradient)
        step.assign_add(1)

    strategy.run(replica)
    return step.read_value()


while int(step.numpy()) < STEPS:
    train()
    manager.save()
    print(f"step {int(step.numpy())}", flush=True)
    time.sleep(PAUSE_S)
print(f"done {int(step.numpy())} {task['type']} {task['index']} weight {float(weight.numpy()):.4f}", flush=True)
