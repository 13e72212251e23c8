"""dropout.h5: recurrent layers in training, with the dropout masks that ours draw for a seed, a step and a row.

Real Keras computes them: its cells are only told which masks to use instead of drawing their own.
"""
import zlib

from .runtime import PRECISIONS, assert_close, keras, np, precision
import tensorflow as tf

from .cases import FEATURES, RECURRENT, ROWS, STEPS, UNITS
from .store import Store, flat, put, put_variables

GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}
RATES = {"input": (0.4, 0.0), "recurrent": (0.0, 0.3), "both": (0.4, 0.3)}


def philox(counter, key):
    """Philox4x32-10: the four words of a block (Sources/Kernels/Philox.swift)."""
    x, k, word = list(counter), list(key), 0xFFFFFFFF
    for _ in range(10):
        p0, p1 = x[0] * 0xD2511F53, x[2] * 0xCD9E8D57
        x = [(p1 >> 32) ^ x[1] ^ k[0], p1 & word, (p0 >> 32) ^ x[3] ^ k[1], p0 & word]
        k = [(k[0] + 0x9E3779B9) & word, (k[1] + 0xBB67AE85) & word]
    return x


def mask(noise, stream, rate, width):
    """[rows, width] as our layers draw it (Sources/Networks/Layers/DropoutMask.swift)."""
    key = (noise["seed"] & 0xFFFFFFFF, noise["seed"] >> 32)
    rate = np.float32(rate)

    def is_kept(row, column):
        words = philox((column // 4, noise["row"] + row, stream, noise["step"]), key)
        return np.float32((words[column % 4] >> 8) * 2.0**-24) >= rate

    kept = [[is_kept(row, column) for column in range(width)] for row in range(ROWS)]
    return np.float32(kept) * (np.float32(1) / (np.float32(1) - rate))


def masks(noise, class_name, rates):
    """Masks [gates, rows, features or units], numbered on as the layer declares them.

    Keras draws one input mask for all gates, and one mask a gate as soon as recurrent_dropout is on.
    """
    gates, stream, result = GATES[class_name] if rates[1] else 1, 0, {}
    for name, rate, width in (("input_mask", rates[0], FEATURES), ("recurrent_mask", rates[1], UNITS)):
        if rate:
            result[name] = np.stack([mask(noise, stream + gate, rate, width) for gate in range(gates)])
            stream += gates
    return result


def draw(name, class_name, rates):
    """Inputs, and masks of the first step at which some numbers are dropped and some are not."""
    crc = zlib.crc32(name.encode())
    rng = np.random.default_rng(crc)
    noise = {"seed": crc << 24 | 5, "step": 3, "row": 11}
    while True:
        data = masks(noise, class_name, rates)
        if all(m.any() and not m.all() for m in data.values()):
            break
        noise["step"] += 1
    return rng, noise, {"inputs": rng.standard_normal((ROWS, STEPS, FEATURES)).astype("f4"), **data}


def supply(cell, data):
    """Makes a Keras cell use our masks."""
    def given(name):
        if name not in data:
            return None
        values = [tf.constant(m) for m in data[name]]
        return values if len(values) > 1 else values[0]

    cell.get_dropout_mask = lambda _: given("input_mask")
    cell.get_recurrent_dropout_mask = lambda _: given("recurrent_mask")


def evaluate(class_name, config, data, weights, dtype):
    with precision(dtype):
        layer = getattr(keras.layers, class_name)(**config)
        layer.build((ROWS, STEPS, FEATURES))
        layer.set_weights([w.astype(dtype) for w in weights])
        data = {k: v.astype(dtype) for k, v in data.items()}
        supply(layer.cell, data)
        x = tf.constant(data["inputs"])
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
            value = tf.reduce_sum(y * data["output_gradient"])
        slopes = tape.gradient(value, [x] + [w.value for w in layer.weights])
    slopes = [s.numpy() for s in slopes]
    return {"outputs": y.numpy(), "input_gradient": slopes[0], "gradients": flat(slopes[1:])}


def write_case(store, name, class_name, config, rates):
    keras.backend.clear_session()
    rng, noise, data = draw(name, class_name, rates)
    layer = getattr(keras.layers, class_name)(**config)
    layer.build((ROWS, STEPS, FEATURES))
    weights = [(0.6 * rng.standard_normal(w.shape)).astype("f4") for w in layer.weights]
    shape = (ROWS, STEPS, UNITS) if config.get("return_sequences") else (ROWS, UNITS)
    data["output_gradient"] = rng.standard_normal(shape).astype("f4")
    group = store.case(name, layers=[{"class_name": class_name, "config": config}], noise=noise)
    for key, value in data.items():
        put(group, key, value)
    put_variables(group, "weights", layer.weights, weights)
    single, double = (evaluate(class_name, config, data, weights, dtype) for dtype in PRECISIONS)
    for key in single:
        assert_close(f"{name} {key}", single[key], double[key])
        put(group, key, single[key])
        put(group, "f64_" + key, double[key])


def make(path):
    count = 0
    with Store(path) as store:
        for prefix, (class_name, options) in RECURRENT.items():
            for kind, rates in RATES.items():
                for extra in ({}, {"return_sequences": True}, {"go_backwards": True}, {"use_bias": False}):
                    config = {"units": UNITS, "dropout": rates[0], "recurrent_dropout": rates[1], **options, **extra}
                    name = "_".join([prefix, kind, *extra])
                    write_case(store, name, class_name, config, rates)
                    count += 1
    return count
