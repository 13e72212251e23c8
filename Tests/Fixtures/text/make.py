#!/usr/bin/env python3
"""Makes small language models in real Keras, and what they say after each id of a text.

    $(tools/python-env keras) Tests/Fixtures/text/make.py

ids.keras takes ids of any length, onehot.h5 ones among zeros and puts out the last step alone;
both have nine tokens. outputs.json has the ids and the probabilities after each.
"""
import json
import os
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers

TOKENS, IDS = 9, [3, 1, 8, 0, 0, 5, 7, 2, 8, 8, 4, 6]


def ids():
    return keras.Sequential([
        keras.Input((None,)), layers.Embedding(TOKENS, 6), layers.LSTM(8, return_sequences=True),
        layers.Dense(TOKENS, activation="softmax")])


def onehot(sequences=False):
    return keras.Sequential([
        keras.Input((None, TOKENS)), layers.GRU(7, return_sequences=True),
        layers.LSTM(6, return_sequences=sequences), layers.Dense(TOKENS), layers.Softmax()])


def main():
    folder = Path(__file__).parent
    rng = np.random.default_rng(5)
    outputs = {"ids": IDS}
    for name, model, twin, inputs in [
            ("ids.keras", ids(), ids(), np.array(IDS)),
            ("onehot.h5", onehot(), onehot(sequences=True), np.eye(TOKENS, dtype="f4")[IDS])]:
        model.set_weights([rng.normal(0, 1.2, w.shape) for w in model.get_weights()])
        twin.set_weights(model.get_weights())
        numbers = np.asarray(twin(inputs[None]), "f8")[0]
        outputs[name] = [round(float(number), 8) for number in numbers.ravel()]
        model.save(folder / name)
    (folder / "outputs.json").write_text(json.dumps(outputs) + "\n")


if __name__ == "__main__":
    main()
