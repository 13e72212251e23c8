"""The LSTMs that Keras does not have, in float64: forward from their formulas in numpy, gradients by complex steps.

A complex step needs no backward pass: for an analytic f, Im f(x + ih) / h is the slope to the last digit, since
nothing is subtracted. So these references share no line of thought with what they check.
"""
import numpy as np

from .runtime import keras  # noqa: F401  (the file says which Keras was there)
from .store import Store, describe, flat, put

STEP = 1e-30
ROWS, STEPS, FEATURES, UNITS = 3, 4, 2, 3
MASKED = 9.0


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


CURVES = {
    "tanh": np.tanh, "sigmoid": sigmoid, "linear": lambda x: x,
    "softplus": lambda x: np.log(1 + np.exp(x)),
}


def curves(config, *keys):
    defaults = {"activation": "tanh", "recurrent_activation": "sigmoid", "output_activation": "tanh"}
    return [CURVES[config.get(key, defaults[key])] for key in keys]


def hand_built(config, weights, x, h, c):
    """One dense layer on [x, h]: input, new value, forget, output."""
    phi, sigma = curves(config, "activation", "recurrent_activation")
    z = np.concatenate([x, h], axis=1) @ weights[0]
    if len(weights) > 1:
        z = z + weights[1]
    i, g, f, o = np.split(z, 4, axis=1)
    c = sigma(f + config.get("forget_bias", 1.0)) * c + sigma(i) * phi(g)
    return sigma(o) * phi(c), c


def peephole(config, weights, x, h, c):
    """Gers and Schmidhuber: i and f see the state before, o the state after."""
    phi, sigma, psi = curves(config, "activation", "recurrent_activation", "output_activation")
    kernel, recurrent, *bias, seen = weights
    z = x @ kernel + h @ recurrent + (bias[0] if bias else 0)
    i, f, g, o = np.split(z, 4, axis=1)
    new = sigma(f + seen[1] * c) * c + sigma(i + seen[0] * c) * phi(g)
    return sigma(o + seen[2] * new) * psi(new), new


def shapes(kind, config):
    bias = [[4 * UNITS]] if config.get("use_bias", True) else []
    if kind == "HandBuiltLSTM":
        return [[FEATURES + UNITS, 4 * UNITS]] + bias
    return [[FEATURES, 4 * UNITS], [UNITS, 4 * UNITS]] + bias + [[3, UNITS]]


def run(kind, config, weights, x, counts):
    """The outputs: the sequence or its last step, and the states where they are returned."""
    cell = hand_built if kind == "HandBuiltLSTM" else peephole
    h = np.zeros((ROWS, UNITS), weights[0].dtype)
    c = np.zeros_like(h)
    order = range(STEPS)
    if config.get("go_backwards"):
        order = reversed(order)
    sequence = []
    for step in order:
        counted = counts[:, step, None]
        h_new, c_new = cell(config, weights, x[:, step], h, c)
        h, c = np.where(counted, h_new, h), np.where(counted, c_new, c)
        sequence.append(h)
    result = [np.stack(sequence, axis=1) if config.get("return_sequences") else h]
    return result + ([h, c] if config.get("return_state") else [])


def slopes(function, arrays):
    """The gradient of a function of some arrays, number by number."""
    result = []
    for index, array in enumerate(arrays):
        gradient = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            moved = [a.astype("c16") for a in arrays]
            moved[index][place] += STEP * 1j
            gradient[place] = function(moved).imag / STEP
        result.append(gradient)
    return result


CONFIGS = {
    "last": {},
    "no_bias": {"use_bias": False, "return_state": True},
    "masked": {"return_sequences": True, "return_state": True},
    "masked_sequences": {"return_sequences": True, "go_backwards": True},
    "curves": {"activation": "softplus", "recurrent_activation": "tanh", "return_sequences": True},
}
OWN = {
    "HandBuiltLSTM": {"bias_of_two": {"forget_bias": 2.0}},
    "PeepholeLSTM": {
        "linear_output": {"output_activation": "linear", "return_sequences": True},
        "sigmoid_output": {"output_activation": "sigmoid"},
    },
}


def write(file, name, kind, config, random):
    weights = [random.uniform(-0.9, 0.9, shape).astype("f4") for shape in shapes(kind, config)]
    x = random.uniform(-1.5, 1.5, (ROWS, STEPS, FEATURES)).astype("f4")
    counts = np.ones((ROWS, STEPS), bool)
    if name.startswith("masked"):
        counts = random.uniform(size=(ROWS, STEPS)) < 0.6
        counts[:, 2] = True
        x[~counts] = MASKED
    exact = [w.astype("f8") for w in weights]
    outputs = run(kind, config, exact, x.astype("f8"), counts)
    directions = [random.uniform(-1, 1, o.shape).astype("f4") for o in outputs]

    def value(arrays):
        found = run(kind, config, arrays[:-1], arrays[-1], counts)
        return sum((d.astype("f8") * o).sum() for d, o in zip(directions, found))

    *gradients, input_gradient = slopes(value, exact + [x.astype("f8")])
    layers = [{"class_name": kind, "config": {"units": UNITS, **config}}]
    if name.startswith("masked"):
        layers.insert(0, {"class_name": "Masking", "config": {"mask_value": MASKED}})
    case = file.case(f"{kind}_{name}")
    describe(case, layers=layers)
    put(case, "inputs", x)
    put(case, "weights", flat(weights))
    for index, (output, direction) in enumerate(zip(outputs, directions)):
        put(case, f"output_gradient_{index}", direction)
        for prefix, dtype in [("", "f4"), ("f64_", "f8")]:
            put(case, f"{prefix}outputs_{index}", output.astype(dtype))
    for prefix, dtype in [("", "f4"), ("f64_", "f8")]:
        put(case, f"{prefix}input_gradient", input_gradient.astype(dtype))
        put(case, f"{prefix}gradients", flat(gradients).astype(dtype))


def make(path):
    random = np.random.default_rng(4)
    count = 0
    with Store(path) as file:
        for kind, own in OWN.items():
            for name, config in {**CONFIGS, **own}.items():
                write(file, name, kind, config, random)
                count += 1
    return count
