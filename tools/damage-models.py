#!/usr/bin/env python3
"""Damages models that carry a self-test, and asks lockstep what is wrong with them.

    $(tools/python-env) tools/damage-models.py [COUNT] [--keep FOLDER]

Keras makes six models with random weights and self-tests (add-self-test.py); each damaged copy has
one mistake in one layer: gates in another order, a bias halved or doubled, a forget bias left to run
time, a kernel transposed, two layers exchanged, reset_after or hard_sigmoid read otherwise. None may
open in silence, and the sentence must name the mistake. Ends with 'COUNT damaged, N noticed, M named'.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
import h5py
import numpy as np

from lockstep_paths import TOP, command



def models(keras):
    layers = keras.layers
    yield "lstm", [layers.LSTM(5, return_sequences=True), layers.LSTM(5), layers.Dense(3)]
    yield "gru", [layers.GRU(4, return_sequences=True), layers.GRU(4), layers.Dense(2)]
    yield "gru_before", [
        layers.GRU(4, reset_after=False, use_bias=False, return_sequences=True),
        layers.GRU(4, reset_after=True, use_bias=False), layers.Dense(2)]
    yield "bidirectional", [
        layers.Bidirectional(layers.LSTM(3, return_sequences=True)), layers.SimpleRNN(4),
        layers.Dense(4, activation="tanh"), layers.Dense(4)]
    yield "stack", [
        layers.LSTM(5, return_sequences=True), layers.LSTM(5, return_sequences=True),
        layers.LSTM(5), layers.Dense(5), layers.Dense(5)]
    yield "mixed", [layers.GRU(5, return_sequences=True), layers.LSTM(4), layers.Dense(2)]


def make(folder):
    """Whole models with self-tests, by name."""
    import keras
    found = {}
    for seed, (name, stack) in enumerate(models(keras)):
        model = keras.Sequential([keras.Input((6, 5))] + stack, name=name)
        random = np.random.default_rng(seed)
        for array in model.weights:
            array.assign((random.standard_normal(array.shape) * 0.5).astype("float32"))
        path = folder / f"{name}.h5"
        model.save(path)
        subprocess.run([sys.executable, TOP / "tools/add-self-test.py", path], check=True,
                       capture_output=True)
        found[name] = path
    return found


class Cell:
    """The arrays of one recurrent cell in a file."""

    def __init__(self, file, paths):
        self.file, self.paths = file, paths
        self.units = file[paths["recurrent_kernel"]].shape[0]
        self.gates = file[paths["recurrent_kernel"]].shape[1] // self.units

    def arrays(self):
        return [self.file[path] for path in self.paths.values()]


def inventory(file):
    cells, arrays = {}, []
    file["model_weights"].visititems(
        lambda path, item: arrays.append("model_weights/" + path) if isinstance(item, h5py.Dataset) else None)
    for path in arrays:
        owner, name = path.rsplit("/", 1)
        cells.setdefault(owner, {})[name] = path
    recurrent = [Cell(file, paths) for paths in cells.values() if "recurrent_kernel" in paths]
    return arrays, cells, recurrent


def permuted(array, order, units):
    blocks = [array[..., g * units:(g + 1) * units] for g in order]
    return np.concatenate(blocks, axis=-1)


def exchange_gates(file, random):
    """A cell, and its gates with two of them exchanged."""
    cells = [cell for cell in inventory(file)[2] if cell.gates > 1]
    cell = cells[random.integers(len(cells))]
    order = list(range(cell.gates))
    a, b = random.choice(cell.gates, 2, replace=False)
    order[a], order[b] = order[b], order[a]
    return cell, order


def swap_gates(file, random):
    cell, order = exchange_gates(file, random)
    for array in cell.arrays():
        array[...] = permuted(array[()], order, cell.units)
    return "stand in the order"


def swap_gates_of_one(file, random):
    cell, order = exchange_gates(file, random)
    arrays = cell.arrays()
    array = arrays[random.integers(len(arrays))]
    array[...] = permuted(array[()], order, cell.units)
    return "stand in the order"


def scale_bias(file, random):
    arrays, _, _ = inventory(file)
    biases = [path for path in arrays if path.endswith("bias")]
    path = biases[random.integers(len(biases))]
    factor = random.choice([0.5, 2.0])
    file[path][...] = file[path][()] * factor
    return "of what it was"


def run_time_forget_bias(file, random):
    _, _, recurrent = inventory(file)
    cells = [c for c in recurrent if c.gates == 4 and "bias" in c.paths]
    if not cells:
        return None
    cell = cells[random.integers(len(cells))]
    bias = file[cell.paths["bias"]]
    value = bias[()]
    value[cell.units:2 * cell.units] -= 1
    bias[...] = value
    return "a forget bias of 1"


def exchange_bias_halves(file, random):
    _, _, recurrent = inventory(file)
    cells = [c for c in recurrent if c.gates == 3 and "bias" in c.paths and file[c.paths["bias"]].ndim == 2]
    if not cells:
        return None
    bias = file[cells[random.integers(len(cells))].paths["bias"]]
    bias[...] = bias[()][::-1]
    return "the halves of the bias"


def transpose(file, random):
    arrays, _, _ = inventory(file)
    matrices = [p for p in arrays if file[p].ndim == 2 and min(file[p].shape) > 1 and "kernel" in p]
    path = matrices[random.integers(len(matrices))]
    file[path][...] = file[path][()].T.reshape(file[path].shape)
    return "transposed"


def transpose_gates(file, random):
    _, _, recurrent = inventory(file)
    cell = recurrent[random.integers(len(recurrent))]
    for name in ("kernel", "recurrent_kernel"):
        array = file[cell.paths[name]]
        blocks = np.split(array[()], cell.gates, axis=1)
        array[...] = np.concatenate([b.T.reshape(b.shape) for b in blocks], axis=1)
    return "transposed"


def exchange_layers(file, random):
    _, owners, _ = inventory(file)
    shapes = {}
    for owner, paths in owners.items():
        shapes.setdefault(tuple(file[p].shape for _, p in sorted(paths.items())), []).append(owner)
    groups = [group for group in shapes.values() if len(group) > 1]
    if not groups:
        return None
    group = groups[random.integers(len(groups))]
    one, other = random.choice(group, 2, replace=False)
    for name in owners[one]:
        first, second = file[owners[one][name]], file[owners[other][name]]
        kept = first[()]
        first[...] = second[()]
        second[...] = kept
    return "each other's weights"


def change_config(file, random):
    config = json.loads(file.attrs["model_config"])
    choices = []
    for layer in config["config"]["layers"]:
        options = layer["config"]
        if layer["class_name"] == "GRU" and not options.get("use_bias", True):
            choices.append((options, "reset_after", not options["reset_after"]))
        if layer["class_name"] in ("GRU", "LSTM"):
            choices.append((options, "recurrent_activation", "hard_sigmoid"))
    if not choices:
        return None
    options, key, value = choices[random.integers(len(choices))]
    options[key] = value
    file.attrs["model_config"] = json.dumps(config)
    return f"trained with {key}"


DAMAGES = [swap_gates, swap_gates_of_one, scale_bias, run_time_forget_bias, exchange_bias_halves,
           transpose, transpose_gates, exchange_layers, change_config]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=200)
    parser.add_argument("--keep", type=pathlib.Path)
    arguments = parser.parse_args()
    scratch = tempfile.TemporaryDirectory()
    folder = arguments.keep or pathlib.Path(scratch.name)
    folder.mkdir(parents=True, exist_ok=True)
    sound = make(folder)
    for path in sound.values():
        subprocess.run([command(), "inspect", path], check=True, capture_output=True)
    names, noticed, named, done = list(sound), 0, 0, 0
    random = np.random.default_rng(2)
    while done < arguments.count:
        name, damage = names[done % len(names)], DAMAGES[random.integers(len(DAMAGES))]
        path = folder / f"damaged-{done}.h5"
        shutil.copy(sound[name], path)
        with h5py.File(path, "r+") as file:
            label = damage(file, random)
        if label is None:
            continue
        done += 1
        said = subprocess.run([command(), "inspect", path], capture_output=True, text=True)
        noticed += said.returncode != 0
        good = said.returncode != 0 and label in said.stderr
        named += good
        if not good:
            print(f"{name} {damage.__name__}: {said.returncode} {said.stderr.strip()[:300]}")
    print(f"{done} damaged, {noticed} noticed, {named} named")
    sys.exit(noticed < done or named < 0.95 * done)


if __name__ == "__main__":
    main()
