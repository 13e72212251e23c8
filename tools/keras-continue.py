"""Trains a small model in the Keras of one environment, or goes on with one from a file.

    keras-continue.py KERAS begin FOLDER            5 epochs: FOLDER/data.h5, one file for each format,
                                                    and weights.h5 after 20 steps more
    keras-continue.py KERAS go-on DATA FILE WEIGHTS 20 steps from FILE: WEIGHTS

KERAS is keras, tf_keras or tf.keras. Batches are the rows in order. WEIGHTS has a dataset for each array,
by its number. `begin` prints the names of the files that it saved.
"""
import importlib
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
import h5py
import numpy as np

ROWS, BATCH, EPOCHS, STEPS = 200, 25, 5, 20


def steps(model, x, y, count):
    for step in range(count):
        rows = slice(step * BATCH % ROWS, step * BATCH % ROWS + BATCH)
        model.train_on_batch(x[rows], y[rows])


def write(path, arrays):
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = array


def weights(model):
    return {f"{index:02}": array for index, array in enumerate(model.get_weights())}


def trained(keras, optimizer, x, y):
    """The model after five epochs, the last with another learning rate than it was compiled with."""
    keras.utils.set_random_seed(7)
    model = keras.Sequential(
        [keras.layers.Input(x.shape[1:]), keras.layers.LSTM(8), keras.layers.Dense(2)])
    model.compile(optimizer, "mse")
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS - 1, shuffle=False, verbose=0)
    model.optimizer.learning_rate = 0.004
    model.fit(x, y, batch_size=BATCH, epochs=1, shuffle=False, verbose=0)
    return model


def begin(keras, folder):
    random = np.random.default_rng(5)
    x = random.uniform(-1, 1, (ROWS, 12, 3)).astype("f4")
    y = np.stack([x[:, :, 0].max(1), x[:, :, 1].sum(1) / 4], 1).astype("f4")
    write(folder / "data.h5", {"x": x, "y": y})
    optimizers = {"": keras.optimizers.Adam(0.01)}
    if hasattr(keras.optimizers, "legacy"):
        try:
            optimizers["legacy-"] = keras.optimizers.legacy.Adam(0.01)
        except ImportError:  # what Keras 3 has instead of it
            pass
    for name, optimizer in optimizers.items():
        model = trained(keras, optimizer, x, y)
        # Keras 3 forgets the optimizer in what it saves after an .h5 file.
        for ending in ("h5",) if name else ("keras", "h5"):
            model.save(folder / f"{name}adam.{ending}")
            print(f"{name}adam.{ending}")
        steps(model, x, y, STEPS)
        write(folder / f"{name}adam-weights.h5", weights(model))


def whole_optimizer(keras, model, path):
    """Keras 3 takes only iteration and learning rate from an .h5 file; this takes the rest."""
    if keras.__version__[0] != "3" or path.suffix != ".h5":
        return
    with h5py.File(path) as file:
        group = file["optimizer_weights"]
        state = [group[name][()] for name in group.attrs["weight_names"]]
    optimizer = keras.optimizers.deserialize(keras.optimizers.serialize(model.optimizer))
    optimizer.build(model.trainable_variables)
    optimizer.set_weights(state)
    model.compile(optimizer, model.loss)


def main():
    keras = importlib.import_module("keras" if sys.argv[1] == "tf.keras" else sys.argv[1])
    paths = [pathlib.Path(text) for text in sys.argv[3:]]
    if sys.argv[2] == "begin":
        return begin(keras, *paths)
    data, path, result = paths
    model = keras.models.load_model(path)
    whole_optimizer(keras, model, path)
    with h5py.File(data) as file:
        steps(model, file["x"][()], file["y"][()], STEPS)
    write(result, weights(model))


if __name__ == "__main__":
    main()
