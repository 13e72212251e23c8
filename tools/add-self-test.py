#!/usr/bin/env python3
"""Puts a self-test into a model that Keras saved: seeded inputs, and what this Keras makes of them.

    add-self-test.py MODEL [--seed 0] [--rows 3] [--steps 7] [--inputs FILE.npy ...]

MODEL is a .keras file or a legacy whole-model .h5 of any Keras (keras or tf_keras, whichever opens
it). It gets a group lockstep/self_test with inputs/<i> and outputs/<i>, which every Keras ignores;
`lockstep` computes the outputs whenever it opens the file, and says so if they differ.
--steps is the length of sequences that the model leaves open; --inputs gives arrays to use instead.
"""
import argparse
import io
import os
import shutil
import sys
import tempfile
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import h5py
import numpy as np


def load(path):
    """The model, by the first Keras here that opens the file."""
    errors = []
    for name in ("keras", "tf_keras"):
        try:
            module = __import__(name)
            return module.models.load_model(path, compile=False)
        except Exception as error:  # every Keras has errors of its own
            errors.append(f"{name}: {type(error).__name__}: {str(error).splitlines()[0]}")
    sys.exit(f"add-self-test: no Keras here opens {path}: " + "; ".join(errors))


def vocabulary(model, name):
    """How many ids an input may have that goes into an Embedding; None for numbers."""
    for layer in model._flatten_layers() if hasattr(model, "_flatten_layers") else model.layers:
        if type(layer).__name__ != "Embedding":
            continue
        source = getattr(layer.input, "_keras_history", [None])[0]
        if len(model.inputs) == 1 or getattr(source, "name", None) == name:
            return layer.input_dim
    return None


def random_inputs(model, arguments):
    """Seeded numbers, or ids, of the shapes that the model takes."""
    random = np.random.default_rng(arguments.seed)
    result = []
    for tensor in model.inputs:
        rows = tensor.shape[0] or arguments.rows
        shape = [rows] + [size or arguments.steps for size in tensor.shape[1:]]
        ids = vocabulary(model, tensor.name.split(":")[0])
        numbers = random.integers(0, ids, shape) if ids else random.standard_normal(shape)
        result.append(numbers.astype("float32"))
    return result


def write(group, inputs, outputs, seed):
    if "lockstep/self_test" in group:
        del group["lockstep/self_test"]
    test = group.create_group("lockstep/self_test")
    test.attrs["seed"] = str(seed)
    for name, arrays in (("inputs", inputs), ("outputs", outputs)):
        for index, array in enumerate(arrays):
            test.create_dataset(f"{name}/{index}", data=np.ascontiguousarray(array, "float32"))


def add_to_archive(path, *test):
    """Writes the archive anew: its members are stored, and the weights have grown."""
    beside = os.path.dirname(os.path.abspath(path))
    with tempfile.NamedTemporaryFile(dir=beside, suffix=".keras", delete=False) as new:
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(new, "w") as target:
            for item in source.infolist():
                content = source.read(item)
                if item.filename == "model.weights.h5":
                    image = io.BytesIO(content)
                    with h5py.File(image, "r+") as file:
                        write(file, *test)
                    content = image.getvalue()
                target.writestr(item, content)
    shutil.copymode(path, new.name)
    os.replace(new.name, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rows", type=int, default=3)
    parser.add_argument("--steps", type=int, default=7)
    parser.add_argument("--inputs", nargs="*", default=[])
    arguments = parser.parse_args()
    model = load(arguments.model)
    inputs = [np.load(path) for path in arguments.inputs] or random_inputs(model, arguments)
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    if zipfile.is_zipfile(arguments.model):
        add_to_archive(arguments.model, inputs, outputs, arguments.seed)
    else:
        with h5py.File(arguments.model, "r+") as file:
            write(file, inputs, outputs, arguments.seed)
    print(f"{arguments.model}: a self-test of {len(inputs)} inputs and {len(outputs)} outputs")


if __name__ == "__main__":
    main()
