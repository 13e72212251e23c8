"""Makes the files of this folder with real Keras (3.15.1 when they were made).

Each model is compiled, trained a few steps with the whole data as one batch, and saved as a legacy
HDF5 file, to which a group `expected` is added: inputs `x`, predictions `y`, targets `t`, and
`flat`, all weights one after the other in Keras's order.

    python make.py
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import keras
import numpy as np
from keras import layers, optimizers

HERE = os.path.dirname(os.path.abspath(__file__))


def randomize(model, seed):
    generator = np.random.default_rng(seed)
    model.set_weights(
        [generator.normal(0, 0.5, w.shape).astype("float32") for w in model.get_weights()])


def make(name, stack, optimizer, loss, targets, seed, steps=3, metrics=None):
    model = keras.Sequential(stack, name=name)
    model.compile(optimizer, loss=loss, metrics=metrics)
    randomize(model, seed)
    generator = np.random.default_rng(seed + 1)
    x = generator.normal(size=(5,) + model.input_shape[1:]).astype("float32")
    t = targets(generator)
    for _ in range(steps):
        model.train_on_batch(x, t)
    for layer in model.layers:
        if getattr(layer, "stateful", False):
            layer.reset_state()
    path = os.path.join(HERE, name + ".h5")
    model.save(path)
    with h5py.File(path, "a") as file:
        group = file.create_group("expected")
        group["x"] = x
        group["t"] = t
        group["y"] = model.predict(x, verbose=0)
        group["flat"] = np.concatenate([w.ravel() for w in model.get_weights()])


def main():
    make(
        "lstm_adam",
        [keras.Input((6, 2)), layers.LSTM(3), layers.Dense(2)],
        optimizers.Adam(0.01, amsgrad=True), "mean_squared_error",
        lambda g: g.normal(size=(5, 2)).astype("float32"), 1, metrics=["mae"])
    make(
        "gru_rmsprop",
        [
            keras.Input((5, 3)),
            layers.GRU(4, return_sequences=True, recurrent_activation="hard_sigmoid"),
            layers.GRU(2, reset_after=False, use_bias=False, go_backwards=True, name="second"),
            layers.Dense(3, activation="softmax"),
        ],
        optimizers.RMSprop(0.002, momentum=0.3, centered=True, clipnorm=1.5),
        keras.losses.SparseCategoricalCrossentropy(),
        lambda g: g.integers(0, 3, size=(5, 1)).astype("float32"), 11, metrics=["accuracy"])
    make(
        "rnn_sgd",
        [
            keras.Input((4, 1)),
            layers.SimpleRNN(3, return_sequences=True, dropout=0.1, activation="relu"),
            layers.Dropout(0.2),
            layers.Flatten(),
            layers.Dense(1, activation="sigmoid", kernel_initializer="he_normal"),
        ],
        optimizers.SGD(0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
        keras.losses.BinaryCrossentropy(label_smoothing=0.1),
        lambda g: g.integers(0, 2, size=(5, 1)).astype("float32"), 21)
    make(
        "schedule_adamw",
        [keras.Input(batch_shape=(5, 3, 2)), layers.LSTM(2, stateful=True), layers.Activation("tanh")],
        optimizers.AdamW(optimizers.schedules.ExponentialDecay(0.01, 10, 0.9)), "huber",
        lambda g: g.normal(size=(5, 2)).astype("float32"), 31)


if __name__ == "__main__":
    main()
