#!/usr/bin/env python3
"""Trains one network of a tutorial in real Keras and prints the figure that it is judged by.

    $(tools/python-env keras) tools/quality-keras.py JOB NETWORK DATA --seed N --epochs N

DATA is the HDF5 file that Lockstep trains on. The figures, all of the last epoch: maxmin the running mae,
stocks the root mean squared error of the windows after the cut, words the running perplexity, chars the running
loss in nats a character.
"""
import argparse
import math
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import h5py
import keras
import numpy as np
from keras import layers, ops


class HandBuiltCell(keras.layers.Layer):
    """One dense layer for all gates in the order input, new value, forget, output; forget bias +1 when it runs."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units, self.state_size = units, [units, units]
        self.gates = layers.Dense(4 * units)

    def build(self, shape):
        self.gates.build((None, shape[-1] + self.units))

    def call(self, x, states):
        h, c = states
        i, j, f, o = ops.split(self.gates(ops.concatenate([x, h], axis=1)), 4, axis=1)
        c = c * ops.sigmoid(f + 1) + ops.sigmoid(i) * ops.tanh(j)
        h = ops.tanh(c) * ops.sigmoid(o)
        return h, [h, c]


def maxmin(network, file, epochs):
    x, y = file["x"][()], file["y"][()]
    layer = {
        "lstm": lambda: layers.LSTM(20), "simplernn": lambda: layers.SimpleRNN(20),
        "gru": lambda: layers.GRU(20), "hand-built": lambda: layers.RNN(HandBuiltCell(20)),
    }[network]()
    model = keras.Sequential([layers.Input(x.shape[1:]), layer, layers.Dense(y.shape[1])])
    model.compile(keras.optimizers.Adam(0.01), "mean_squared_error", metrics=["mean_absolute_error"])
    history = model.fit(x, y, batch_size=100, epochs=epochs, verbose=0).history
    return history["mean_absolute_error"][-1]


def windows(file):
    """The windows of a series and their targets, before its cut and behind it, in standard units."""
    settings = dict(file.attrs)
    series = (file["series"][()] - settings["mean"]) / settings["std"]
    names = [str(name) for name in np.atleast_1d(file["series"].parent.attrs["columns"].astype(str))]
    inputs = [names.index(str(name)) for name in np.atleast_1d(settings["inputs"].astype(str))]
    target = names.index(settings["target"] if isinstance(settings["target"], str) else settings["target"].decode())
    steps, horizon = int(settings["timesteps"]), int(settings["horizon"])
    stride, cut = int(settings["stride"]), int(settings["cut"])
    parts = []
    for part in (series[:cut], series[cut:]):
        first = range(0, len(part) - steps - horizon + 1, stride)
        parts.append(np.stack([part[i:i + steps, inputs] for i in first]))
        parts.append(np.stack([part[i + steps + horizon - 1, [target]] for i in first]))
    return parts


def stocks(network, file, epochs):
    x, y, x_test, y_test = windows(file)
    model = keras.Sequential([
        layers.Input(x.shape[1:]), layers.LSTM(25, activation="sigmoid"), layers.Dense(y.shape[1])])
    model.compile(keras.optimizers.RMSprop(), "mean_squared_error")
    model.fit(x, y, batch_size=128, epochs=epochs, verbose=0)
    return math.sqrt(np.mean((model.predict(x_test, verbose=0) - y_test) ** 2))


def words(network, file, epochs):
    tokens, size = file["tokens"][()], len(file["vocabulary"])
    loss = language_model(
        tokens, batch=100, steps=50, epochs=epochs, optimizer=keras.optimizers.Adam(0.001), stack=[
            layers.Embedding(size, 128), layers.LSTM(128, return_sequences=True, stateful=True),
            layers.Dense(size, activation="softmax")])
    return math.exp(loss)


def chars(network, file, epochs):
    tokens, size = file["tokens"][()], len(file["vocabulary"])
    return language_model(
        tokens, batch=1, steps=25, epochs=epochs, optimizer=keras.optimizers.Adam(0.001), stack=[
            layers.CategoryEncoding(size, output_mode="one_hot"),
            layers.LSTM(100, return_sequences=True, stateful=True),
            layers.Dense(size, activation="softmax")])


def language_model(tokens, batch, steps, epochs, optimizer, stack):
    """Trains on contiguous streams whose state is carried; the mean loss of the last epoch's tokens."""
    length = (len(tokens) - 1) // batch
    count = length // steps
    streams = [tokens[b * length:b * length + count * steps + 1].astype("int32") for b in range(batch)]
    x = np.stack([s[:-1].reshape(count, steps) for s in streams], 1)
    y = np.stack([s[1:].reshape(count, steps) for s in streams], 1)
    model = keras.Sequential([layers.Input(batch_shape=(batch, steps), dtype="int32"), *stack])
    model.compile(optimizer, "sparse_categorical_crossentropy")
    for _ in range(epochs):
        for layer in model.layers:
            if getattr(layer, "stateful", False):
                layer.reset_states()
        history = model.fit(
            x.reshape(-1, steps), y.reshape(-1, steps), batch_size=batch, shuffle=False, verbose=0).history
    return history["loss"][-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("job", choices=["maxmin", "stocks", "words", "chars"])
    parser.add_argument("network")
    parser.add_argument("data")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, required=True)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(arguments.seed)
    with h5py.File(arguments.data) as file:
        print(globals()[arguments.job](arguments.network, file, arguments.epochs))


if __name__ == "__main__":
    main()
