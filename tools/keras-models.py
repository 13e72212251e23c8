"""Makes small recurrent models in real Keras, with random weights and what Keras predicts.

    keras-models.py FOLDER

FOLDER/<name>/model.keras and expected.h5 (inputs/<i>, outputs/<i>) for each model: what
tools/keras-matrix exports where it is given no models.
"""
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
import h5py
import keras
import numpy as np

L = keras.layers


def chain(shape, *layers):
    return keras.Sequential([keras.Input(shape), *layers])


def two_inputs():
    x, y = keras.Input((6, 3), name="x"), keras.Input((4,), name="y")
    sequence, h, c = L.LSTM(5, return_sequences=True, return_state=True)(x)
    shared = L.Dense(5, activation="tanh")
    states = [shared(h), shared(c)]
    decoded = L.LSTM(5)(sequence, initial_state=states)
    joined = L.Concatenate()([decoded, y])
    return keras.Model([x, y], [L.Dense(2, name="a")(joined), L.Dense(1, name="b")(decoded)])


MODELS = {
    "lstm": lambda: chain((6, 3), L.LSTM(5), L.Dense(2)),
    "gru_stack": lambda: chain(
        (6, 3), L.GRU(4, return_sequences=True), L.GRU(3, reset_after=False), L.Dense(2)),
    "bidirectional": lambda: chain(
        (6, 3), L.Bidirectional(L.LSTM(4, return_sequences=True)), L.SimpleRNN(3),
        L.LayerNormalization(), L.Dense(2, activation="softmax")),
    "words": lambda: chain(
        (7,), L.Embedding(11, 4), L.LSTM(5, return_sequences=True),
        L.TimeDistributed(L.Dense(11, activation="softmax"))),
    "cells": lambda: chain(
        (6, 3), L.RNN(L.StackedRNNCells([L.LSTMCell(4), L.GRUCell(3)])), L.Dense(2)),
    "convolution": lambda: chain(
        (8, 3), L.Conv1D(4, 3, padding="causal", activation="relu"), L.MaxPooling1D(2),
        L.GRU(4), L.BatchNormalization(), L.Dense(2)),
    "two_inputs": two_inputs,
}


def main():
    for seed, (name, build) in enumerate(MODELS.items()):
        keras.utils.clear_session()
        model, random = build(), np.random.default_rng(seed)
        for array in model.weights:
            numbers = random.standard_normal(array.shape) * 0.4
            array.assign((np.abs(numbers) + 0.5 if "variance" in array.path else numbers).astype("float32"))
        inputs = [
            (random.integers(0, 11, (4, 7)) if name == "words"
             else random.standard_normal((4, *tensor.shape[1:]))).astype("float32")
            for tensor in model.inputs]
        outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
        folder = pathlib.Path(sys.argv[1]) / name
        folder.mkdir(parents=True)
        model.save(folder / "model.keras")
        with h5py.File(folder / "expected.h5", "w") as file:
            for group, arrays in (("inputs", inputs), ("outputs", outputs)):
                for index, array in enumerate(arrays if isinstance(arrays, list) else [arrays]):
                    file[f"{group}/{index}"] = np.asarray(array)


if __name__ == "__main__":
    main()
