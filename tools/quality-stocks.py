#!/usr/bin/env python3
"""Trains datasets/stocks in real Keras, and prints its errors beside ours: tools/quality-stocks calls it.

    $(tools/python-env keras) tools/quality-stocks.py FOLDER SEED ...

FOLDER has a run of ours for each seed, and in lockstep.jsonl what 'evaluate --json' said of each.
"""
import csv
import json
import os
import statistics
import sys
from pathlib import Path

import h5py
import numpy as np


def windows(values, steps, horizon, stride):
    starts = range(0, len(values) - steps - horizon + 1, stride)
    x = np.array([values[start:start + steps] for start in starts], dtype="float32")
    y = np.array([values[start + steps - 1 + horizon] for start in starts], dtype="float32")
    return x[..., None], y[:, None]


def load(path):
    with h5py.File(path) as file:
        values, about = file["series"][:, 0], dict(file.attrs)
    values = (values - about["mean"][0]) / about["std"][0]
    shape = [int(about[name]) for name in ("timesteps", "horizon", "stride")]
    cut = int(about["cut"])
    return windows(values[:cut], *shape), windows(values[cut:], *shape), about["std"][0]


def train(data, seed):
    import keras

    (x, y), (test_x, test_y), unit = data
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.layers.Input(x.shape[1:]), keras.layers.LSTM(25, activation="sigmoid"), keras.layers.Dense(1)])
    model.compile("rmsprop", "mse")
    loss = model.fit(x, y, batch_size=128, epochs=15, verbose=0).history["loss"][-1]
    error = model.predict(test_x, verbose=0).astype("float64") - test_y
    return loss, float(np.sqrt(np.mean(error ** 2)) * unit)


def ours(folder, seeds):
    lines = [json.loads(line) for line in (folder / "lockstep.jsonl").read_text().splitlines()]
    for seed, line in zip(seeds, lines, strict=True):
        rows = list(csv.DictReader((folder / str(seed) / "history.csv").open()))
        yield float(rows[-1]["loss"]), line["series"]["test"]["model"]["rmse"]


def main():
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    folder, seeds = Path(sys.argv[1]), [int(seed) for seed in sys.argv[2:]]
    data = load("datasets/stocks/stocks.h5")
    theirs = [train(data, seed) for seed in seeds]
    print("| | Keras | Lockstep | Lockstep / Keras |\n|---|--:|--:|--:|")
    names = ("training loss of the last epoch", "RMSE behind the cut")
    for name, keras_values, our_values in zip(names, zip(*theirs), zip(*ours(folder, seeds))):
        medians = statistics.median(keras_values), statistics.median(our_values)
        print(f"| {name} | {medians[0]:.4f} | {medians[1]:.4f} | {medians[1] / medians[0]:.2f} |")
    for seed, keras_values, our_values in zip(seeds, theirs, ours(folder, seeds)):
        print(f"seed {seed}: Keras {keras_values[0]:.4f}, {keras_values[1]:.4f}; "
              f"Lockstep {our_values[0]:.4f}, {our_values[1]:.4f}")


if __name__ == "__main__":
    main()
