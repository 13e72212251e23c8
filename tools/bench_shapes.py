"""The training steps that tools/bench times, and random data for them. Used by every peer.

Each shape is one step (forward, loss, backward, update) of a network of LSTM layers and one Dense layer:
  last     [batch, steps, features] → the last step's output → Dense → mean squared error
  one_hot  one-hot [batch, steps, vocabulary] → Dense at every step → cross-entropy
  tokens   ids [batch, steps] → Embedding → Dense at every step → cross-entropy
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    kind: str
    batch: int
    steps: int
    units: tuple
    outputs: int  # the vocabulary, if the network predicts at every step
    features: int = 1  # inputs of the first LSTM: for tokens, the width of the embedding
    optimizer: str = "adam"
    activation: str = "tanh"


SHAPES = {
    "maxmin": Shape("last", batch=100, steps=60, features=1, units=(20,), outputs=2),
    "stock": Shape("last", batch=128, steps=5, features=1, units=(25,), outputs=1, optimizer="rmsprop",
                   activation="sigmoid"),
    "wordlm": Shape("tokens", batch=100, steps=50, features=128, units=(128,), outputs=8000),
    "charlm1": Shape("one_hot", batch=1, steps=25, features=84, units=(100,), outputs=84, optimizer="sgd"),
    "charlm": Shape("one_hot", batch=100, steps=50, features=84, units=(128, 128), outputs=84),
    "big": Shape("last", batch=1024, steps=100, features=64, units=(256,), outputs=10),
    "huge": Shape("last", batch=512, steps=50, features=256, units=(512, 512), outputs=10),
}

# Thirty networks in which workers are compared, with the options by which `lockstep bench` makes them: every number
# of units with every batch, and lengths in turn as far as a step keeps below so many operations.
UNITS, BATCHES, STEPS, MOST_FLOPS = (8, 32, 100, 256, 512, 1024), (1, 8, 32, 128, 512), (10, 50, 200, 500), 60e9


def grid():
    """name → options.

    >>> len(grid())
    30
    >>> list(grid())[0], list(grid())[7], list(grid())[-1]
    ('units 8, batch 1, T 10', 'units 32, batch 32, T 500', 'units 1024, batch 512, T 10')
    """
    found = {}
    for i, units in enumerate(UNITS):
        for j, batch in enumerate(BATCHES):
            # A product forward and two back, of four gates: 24 · rows · steps · units² operations.
            short = [t for t in STEPS if 24 * batch * t * units**2 <= MOST_FLOPS] or STEPS[:1]
            steps = min(STEPS[(i + j) % len(STEPS)], short[-1])
            found[f"units {units}, batch {batch}, T {steps}"] = (
                "--units", units, "--batch", batch, "--steps", steps, "--features", 16, "--outputs", 4)
    return found


GRID = grid()

RATES = {"adam": 1e-3, "rmsprop": 1e-3, "sgd": 1e-2}


def batch_of(shape, seed=0):
    """Inputs and targets; the targets of language models are class indices."""
    import numpy as np  # the programs that only need the names run without it

    rng = np.random.default_rng(seed)
    ids = rng.integers(0, shape.outputs, (2, shape.batch, shape.steps), dtype="i4")
    if shape.kind == "tokens":
        return ids[0], ids[1]
    if shape.kind == "one_hot":
        return np.eye(shape.outputs, dtype="f4")[ids[0]], ids[1]
    x = rng.standard_normal((shape.batch, shape.steps, shape.features)).astype("f4")
    return x, rng.standard_normal((shape.batch, shape.outputs)).astype("f4")
