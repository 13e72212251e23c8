#!/usr/bin/env python3
"""Times one training step in Keras on TensorFlow (or JAX), in the fastest of its ways.

    $(tools/python-env keras) tools/bench-keras.py --shape maxmin [--seconds 3] [--backend tensorflow]

Half of the time goes to fit() over an epoch of prepared batches, half to train_on_batch(); on TensorFlow with and
without XLA (`jit_compile`; Keras on JAX without it takes minutes). The fastest counts and is named in the JSON line.
Also measured: seconds from the start of the process to the end of the first training step.
"""
import argparse
import os
import sys


def process_age():
    """Seconds since the kernel started this process, interpreter start included."""
    with open("/proc/self/stat") as stat, open("/proc/uptime") as uptime:
        ticks = int(stat.read().rsplit(")", 1)[1].split()[19])
        return float(uptime.read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")


def chosen_backend():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--backend", choices=["tensorflow", "jax"], default="tensorflow")
    options, sys.argv[1:] = parser.parse_known_args()
    return options.backend


os.environ["KERAS_BACKEND"] = chosen_backend()
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["JAX_PLATFORMS"] = "cpu"

import keras  # noqa: E402
import numpy as np  # noqa: E402

from bench_shapes import RATES, SHAPES, batch_of  # noqa: E402
from bench_timing import arguments, measure, report  # noqa: E402

OPTIMIZERS = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}


def network(shape):
    layers = keras.layers
    sizes = {"tokens": (shape.steps,), "one_hot": (shape.steps, shape.outputs)}
    size = sizes.get(shape.kind, (shape.steps, shape.features))
    model = keras.Sequential([layers.Input(size, dtype="int32" if shape.kind == "tokens" else "float32")])
    if shape.kind == "tokens":
        model.add(layers.Embedding(shape.outputs, shape.features))
    for i, units in enumerate(shape.units):
        sequences = shape.kind != "last" or i + 1 < len(shape.units)
        model.add(layers.LSTM(units, activation=shape.activation, return_sequences=sequences))
    model.add(layers.Dense(shape.outputs))
    return model


def compiled(shape, jit):
    loss = keras.losses.MeanSquaredError() if shape.kind == "last" else \
        keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = network(shape)
    model.compile(OPTIMIZERS[shape.optimizer](RATES[shape.optimizer]), loss, jit_compile=jit)
    return model


def ways(shape, seconds):
    """(name, milliseconds of each run, steps a run) of every way that works."""
    x, y = batch_of(shape)
    repeats = max(1, min(100, 20_000_000 // max(x.nbytes, 1)))
    many = [np.concatenate([a] * repeats) for a in (x, y)]
    for jit in (False, True) if keras.backend.backend() == "tensorflow" else (True,):
        model = compiled(shape, jit)
        runs = {
            "train_on_batch": (lambda: model.train_on_batch(x, y), 1),
            "fit": (lambda: model.fit(*many, batch_size=shape.batch, shuffle=False, verbose=0), repeats),
        }
        for name, (run, steps) in runs.items():
            run()  # traces and compiles
            yield name + (" jit" if jit else ""), measure(run, seconds / 4, at_least=3), steps


def main():
    options = arguments("Keras")
    shape = SHAPES[options.shape]
    compiled(shape, "auto").train_on_batch(*batch_of(shape))
    first_step = process_age()
    best = min(ways(shape, options.seconds), key=lambda way: np.median(way[1]) / way[2])
    report(f"keras-{keras.backend.backend()}", options.shape, best[1], best[2], way=best[0],
           first_step_seconds=round(first_step, 2))


if __name__ == "__main__":
    main()
