#!/usr/bin/env python3
"""Trains the first job in real Keras and writes the training error of the last epoch.

    $(tools/python-env keras) tools/quality-keras.py DATA.h5 OUT.json [--seeds 1,2,3] [--epochs 30]
    $(tools/python-env keras) tools/quality-keras.py --table OUT.json [OURS.json]

20 units → Dense 2, Adam 0.01, mean squared error, batches of 100, on the datasets /x and /y of DATA.
The figure is Keras's running training mae of the last epoch. OUT holds {"lstm": {"1": mae, …}, …};
what it holds already for the same data is not trained again. --table prints Keras's medians over the seeds,
and ours beside them.
"""
import argparse
import hashlib
import json
import os
import statistics
from pathlib import Path

LAYERS = {"lstm": "LSTM", "simplernn": "SimpleRNN", "gru": "GRU"}


def train(name, x, y, seed, epochs):
    import keras

    keras.utils.set_random_seed(seed)
    layer = getattr(keras.layers, LAYERS[name])(20)
    model = keras.Sequential([keras.layers.Input(x.shape[1:]), layer, keras.layers.Dense(y.shape[1])])
    model.compile(keras.optimizers.Adam(0.01), "mean_squared_error", metrics=["mean_absolute_error"])
    history = model.fit(x, y, batch_size=100, epochs=epochs, verbose=0).history
    return history["mean_absolute_error"][-1]


def fill(data, out, seeds, epochs):
    import h5py

    with h5py.File(data) as file:
        x, y = file["x"][()], file["y"][()]
    key = hashlib.sha256(x.tobytes() + y.tobytes() + str(epochs).encode()).hexdigest()
    results = json.loads(out.read_text()) if out.exists() else {}
    if results.get("data") != key:
        results = {"data": key}
    for name in LAYERS:
        for seed in seeds:
            if str(seed) not in results.setdefault(name, {}):
                results[name][str(seed)] = train(name, x, y, seed, epochs)
                print(f"keras {name}, seed {seed}: mae {results[name][str(seed)]:.4f}", flush=True)
                out.write_text(json.dumps(results, indent=1))


def table(keras_results, ours=None):
    yield "| network | Keras |" + (" Lockstep | Lockstep / Keras |" if ours else "")
    yield "|---|--:|" + ("--:|--:|" if ours else "")
    for name in LAYERS:
        seeds = ours[name] if ours else keras_results[name]
        theirs = statistics.median(keras_results[name][seed] for seed in seeds)
        row = f"| {name} | {theirs:.4f} |"
        if ours:
            mine = statistics.median(ours[name].values())
            row += f" {mine:.4f} | {mine / theirs:.2f} |"
        yield row


def main():
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    if arguments.table:
        print("\n".join(table(*(json.loads(path.read_text()) for path in arguments.files))))
    else:
        data, out = arguments.files
        fill(data, out, [int(seed) for seed in arguments.seeds.split(",")], arguments.epochs)


if __name__ == "__main__":
    main()
