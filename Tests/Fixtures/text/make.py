#!/usr/bin/env python3
"""Makes small language models in real Keras, and the text that the likeliest token each time gives.

    $(tools/python-env keras) Tests/Fixtures/text/make.py

ids.keras takes ids of any length, onehot.h5 ones among zeros and puts out the last step alone;
both have nine tokens. greedy.json says for each how three ids go on.
"""
import json
import os
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers

TOKENS, PRIME, LENGTH = 9, [3, 1, 8], 30


def models():
    yield "ids.keras", [
        keras.Input((None,)), layers.Embedding(TOKENS, 6), layers.LSTM(8, return_sequences=True),
        layers.Dense(TOKENS, activation="softmax")]
    yield "onehot.h5", [
        keras.Input((None, TOKENS)), layers.GRU(7, return_sequences=True), layers.LSTM(6),
        layers.Dense(TOKENS), layers.Softmax()]


def greedy(model, is_one_hot):
    ids = list(PRIME)
    for _ in range(LENGTH):
        inputs = np.eye(TOKENS, dtype="f4")[ids] if is_one_hot else np.array(ids)
        outputs = np.asarray(model(inputs[None]))[0].reshape(-1, TOKENS)[-1]
        first, second = np.sort(outputs)[::-1][:2]
        assert first - second > 1e-3, "too close to tell by rounded numbers"
        ids.append(int(outputs.argmax()))
    assert len(set(ids[len(PRIME):])) > 3, "too dull to tell anything"
    return ids[len(PRIME):]


def main():
    folder = Path(__file__).parent
    texts = {}
    for name, stack in models():
        for seed in range(100):
            rng = np.random.default_rng(seed)
            model = keras.Sequential(stack)
            model.set_weights([rng.normal(0, 2, w.shape) for w in model.get_weights()])
            try:
                texts[name] = greedy(model, name == "onehot.h5")
            except AssertionError:
                continue
            model.save(folder / name)
            break
    (folder / "greedy.json").write_text(json.dumps({"prime": PRIME, **texts}) + "\n")


if __name__ == "__main__":
    main()
