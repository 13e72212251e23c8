#!/usr/bin/env python3
"""Has real Keras open one of our checkpoints, predict, and train on from it.

    $(tools/python-env keras) tools/keras-check.py CHECKPOINT.h5 DATA.h5 PREDICTIONS.h5
        [--continued CONTINUED.h5] [--rows ROWS.h5] [--steps 10] [--batch 100] [--x x] [--y y]
    $(tools/python-env keras) tools/keras-check.py --self-test

CHECKPOINT   a whole compiled model in Keras's HDF5 layout, with the optimizer's state
DATA         the dataset; PREDICTIONS holds one dataset: what `lockstep predict CHECKPOINT DATA` wrote
CONTINUED    our checkpoint --steps steps later; ROWS holds /rows [steps, batch], the rows of each batch;
             without ROWS the batches are the data's first rows in order
Prints one line per check and 'N passed, M failed'; the exit status is 0 if none failed.
--self-test checks a file that Keras itself saved, and that spoilt copies of it are refused.
"""
import argparse
import contextlib
import logging
import os
import sys
import tempfile
import warnings
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402

logging.getLogger("tensorflow").setLevel(logging.ERROR)
PREDICTION_LIMIT = 1e-5
CONTINUED_LIMIT = 1e-4


class Report:
    """Counts and prints the checks."""

    def __init__(self, quiet=False):
        self.passed, self.failed, self.quiet = 0, 0, quiet

    def check(self, name, passed, detail=""):
        self.passed += bool(passed)
        self.failed += not passed
        if not self.quiet:
            print(f"{'ok  ' if passed else 'FAIL'} {name}{': ' * bool(detail)}{detail}", flush=True)

    def close(self, name, found, expected, limit):
        shapes = [np.shape(a) for a in (found, expected)]
        if shapes[0] != shapes[1]:
            return self.check(name, False, f"shape {shapes[0]} instead of {shapes[1]}")
        error = np.max(np.abs(np.asarray(found, "f8") - expected), initial=0)
        self.check(name, error <= limit, f"largest difference {error:.2g}, allowed {limit:.0e}")


@contextlib.contextmanager
def complaints():
    """Collects what Keras warns of or logs about the optimizer: a skipped state is only logged."""
    messages, found = [], []
    listener = logging.Filter()
    listener.filter = lambda record: messages.append(record.getMessage())  # and print nothing
    logger = logging.getLogger("absl")
    logger.addFilter(listener)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield found
        finally:
            logger.removeFilter(listener)
    found += [m for m in messages + [str(w.message) for w in caught] if "optimizer" in m.lower()]


def load(report, path):
    """The compiled model, or None."""
    with complaints() as found:
        try:
            model = keras.models.load_model(path)
        except Exception as error:  # whatever Keras raises is the finding
            return report.check("Keras loads the checkpoint", False, f"{type(error).__name__}: {error}")
    report.check("Keras loads the checkpoint", not found, "; ".join(found))
    return model


def stored_state(path):
    """The optimizer's variables in the file, in their order."""
    with h5py.File(path) as file:
        group = file.get("optimizer_weights")
        names = [] if group is None else group.attrs["weight_names"]
        return [group[n.decode() if isinstance(n, bytes) else n][()] for n in names]


def with_whole_optimizer(model, stored):
    """Keras 3.15 builds the optimizer of a loaded .h5 file, its own files included, for no variables at all:
    it takes over iteration and learning rate, drops the moments, and then refuses to train ("Unknown variable").
    So build it for the model's variables and give it the whole state: what anyone must do who trains on."""
    if len(model.optimizer.variables) != len(stored):
        optimizer = keras.optimizers.deserialize(keras.optimizers.serialize(model.optimizer))
        optimizer.build(model.trainable_variables)
        optimizer.set_weights(stored)
        model.compile(optimizer, model.loss)


def check_optimizer(report, model, path):
    """The state in the file fits the optimizer and reaches it, number by number."""
    stored = stored_state(path)
    if getattr(model, "optimizer", None) is None or not stored:
        return report.check("the checkpoint has an optimizer with its state", False)
    iteration = int(model.optimizer.iterations.numpy())
    report.check("the optimizer has taken steps", iteration > 0, f"iteration {iteration}")
    with complaints() as found:
        with_whole_optimizer(model, stored)
    held = [np.asarray(v.numpy()) for v in model.optimizer.variables]
    same = len(stored) == len(held) and all(np.array_equal(a, b) for a, b in zip(stored, held))
    detail = f"{len(stored)} variables stored, {len(held)} expected" + "".join("; " + f for f in found)
    report.check("the optimizer holds the file's whole state", same and not found, detail)


def only_dataset(path):
    """The file's single dataset, wherever it is."""
    found = []
    with h5py.File(path) as file:
        file.visititems(lambda _, item: found.append(item[()]) if isinstance(item, h5py.Dataset) else None)
    if len(found) != 1:
        sys.exit(f"keras-check: {path} should hold one dataset, the predictions; it holds {len(found)}")
    return found[0]


def check_predictions(report, model, data, path, names):
    with h5py.File(data) as file:
        x = file[names.x][()]
    expected = model.predict(x, batch_size=500, verbose=0)
    report.close("the predictions agree", only_dataset(path), expected, PREDICTION_LIMIT)


def check_continued(report, model, arguments):
    """Trains on the same batches and compares every weight with our own continued checkpoint."""
    if arguments.rows:
        with h5py.File(arguments.rows) as file:
            rows = file["rows"][()]
    else:
        rows = np.arange(arguments.steps * arguments.batch).reshape(arguments.steps, arguments.batch)
    with h5py.File(arguments.data) as file:
        data = [file[name][()] for name in (arguments.x, arguments.y, "sample_weight") if name in file]
    for batch in rows:
        model.train_on_batch(*[array[batch] for array in data])
    ours = keras.models.load_model(arguments.continued, compile=False)
    for variable, expected in zip(model.weights, ours.get_weights(), strict=True):
        report.close(f"{len(rows)} steps later {variable.path}", variable.numpy(), expected, CONTINUED_LIMIT)


def run(arguments, report):
    model = load(report, arguments.checkpoint)
    if model is not None:
        check_optimizer(report, model, arguments.checkpoint)
        check_predictions(report, model, arguments.data, arguments.predictions, arguments)
        if arguments.continued:
            check_continued(report, model, arguments)
    return report


def save(model, path):
    with complaints():  # Keras calls the format legacy
        model.save(path)


def self_test(report, folder):
    """A checkpoint that Keras wrote passes; without its optimizer, or with other numbers, it does not."""
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-1, 1, (40, 6, 1)).astype("f4"), rng.uniform(-1, 1, (40, 2)).astype("f4")
    model = keras.Sequential([keras.layers.Input((6, 1)), keras.layers.LSTM(5), keras.layers.Dense(2)])
    model.compile(keras.optimizers.Adam(0.01), "mean_squared_error", metrics=["mean_absolute_error"])
    model.fit(x, y, batch_size=8, epochs=2, verbose=0)
    files = {name: str(folder / f"{name}.h5") for name in ("checkpoint", "data", "predictions", "continued")}
    files["rows"] = None
    with h5py.File(files["data"], "w") as file:
        file["x"], file["y"] = x, y
    with h5py.File(files["predictions"], "w") as file:
        file["y"] = model.predict(x, verbose=0)
    save(model, files["checkpoint"])
    for batch in np.arange(24).reshape(3, 8):
        model.train_on_batch(x[batch], y[batch])
    save(model, files["continued"])
    options = {**files, "steps": 3, "batch": 8, "x": "x", "y": "y"}

    def outcome(**changed):
        return run(argparse.Namespace(**{**options, **changed}), Report(quiet=True))

    good = outcome()
    report.check("a file of Keras's own passes", good.failed == 0, f"{good.passed} passed, {good.failed} failed")
    stale = str(folder / "stale.h5")
    Path(stale).write_bytes(Path(files["checkpoint"]).read_bytes())
    with h5py.File(stale, "a") as file:
        del file["optimizer_weights"]
    report.check("a lost optimizer state is seen", outcome(checkpoint=stale).failed > 0)
    report.check("another step's weights are seen", outcome(continued=files["checkpoint"]).failed > 0)
    report.check("other predictions are seen", outcome(checkpoint=files["continued"], continued=None).failed == 1)
    report.check("a dataset is no checkpoint", outcome(checkpoint=files["data"]).failed == 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("checkpoint", "data", "predictions"):
        parser.add_argument(name, nargs="?")
    parser.add_argument("--continued")
    parser.add_argument("--rows")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--x", default="x", help="the dataset of inputs")
    parser.add_argument("--y", default="y", help="the dataset of targets")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    report = Report()
    if arguments.self_test:
        with tempfile.TemporaryDirectory() as folder:
            self_test(report, Path(folder))
    elif arguments.predictions:
        run(arguments, report)
    else:
        parser.error("give CHECKPOINT DATA PREDICTIONS, or --self-test")
    print(f"{report.passed} passed, {report.failed} failed")
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
