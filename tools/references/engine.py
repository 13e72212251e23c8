"""engine.h5: what training makes of several outputs, masks, penalties, constraints and frozen layers."""
import zlib

from .runtime import PRECISIONS, assert_close, keras, np, precision
import tensorflow as tf

from .store import Store, flat, put, put_variables

ROWS = 7
STEPS = 3


def two_outputs(layers):
    """A layer shared by two branches with losses, weights and sample weights of their own."""
    series, vector = layers.Input((5, 3), name="series"), layers.Input((4,), name="vector")
    shared = layers.Dense(3, activation="tanh", name="shared")
    one = shared(layers.LSTM(3, name="lstm")(series))
    two = shared(layers.Dense(3, activation="relu", name="side")(vector))
    outputs = [layers.Dense(2, name="a")(one), layers.Dense(1, activation="sigmoid", name="b")(two)]
    return keras.Model([series, vector], outputs)


def masked(layers):
    series = layers.Input((6, 3), name="series")
    hidden = layers.Dense(4, activation="tanh", name="hidden")(layers.Masking(0.0)(series))
    return keras.Model(series, layers.Dense(2, name="a")(hidden))


def masked_two(layers):
    """An output whose mask decides what its loss is divided by, beside one without a mask."""
    series, vector = layers.Input((6, 3), name="series"), layers.Input((3,), name="vector")
    shared = layers.Dense(4, activation="tanh", name="shared")
    one, two = shared(layers.Masking(0.0)(series)), shared(vector)
    return keras.Model([series, vector], [layers.Dense(2, name="a")(one), layers.Dense(1, name="b")(two)])


def penalized(layers):
    l1, l2, both = keras.regularizers.L1(0.02), keras.regularizers.L2(0.01), keras.regularizers.L1L2(0.01, 0.03)
    series = layers.Input((5, 3), name="series")
    hidden = layers.LSTM(3, kernel_regularizer=l2, recurrent_regularizer=l1, bias_regularizer=both)(series)
    return keras.Model(series, layers.Dense(2, name="a", kernel_regularizer=l2)(hidden))


def constrained(layers):
    bounds = keras.constraints
    vector = layers.Input((4,), name="vector")
    flow = layers.Dense(5, activation="tanh", kernel_constraint=bounds.MaxNorm(0.5, axis=0))(vector)
    flow = layers.Dense(4, kernel_constraint=bounds.NonNeg())(flow)
    flow = layers.Dense(3, kernel_constraint=bounds.UnitNorm(axis=1))(flow)
    last = bounds.MinMaxNorm(0.3, 0.6, rate=0.7, axis=[0, 1])
    return keras.Model(vector, layers.Dense(2, name="a", kernel_constraint=last, bias_constraint=bounds.MaxNorm(0.1))(flow))


def frozen(layers):
    """A layer that stays as it is: its penalty, gradient and decay do not count."""
    vector = layers.Input((4,), name="vector")
    first = layers.Dense(5, activation="tanh", kernel_regularizer="l2", name="first")
    first.trainable = False
    middle = layers.Dense(3, activation="tanh", kernel_regularizer="l2", name="middle")
    return keras.Model(vector, layers.Dense(2, name="a")(middle(first(vector))))


CASES = {
    two_outputs: {"loss": ["mse", "binary_crossentropy"], "loss_weights": [1.0, 0.5], "weighted": True,
                  "metrics": [["mae"], ["mse"]]},
    masked: {"loss": "mse", "weighted": True, "metrics": ["mae"], "weighted_metrics": ["mae"]},
    masked_two: {"loss": ["mse", "mae"], "loss_weights": [2.0, 0.5], "metrics": [["mae"], ["mse"]]},
    penalized: {"loss": "mse", "weighted": True},
    constrained: {"loss": "mse"},
    frozen: {"loss": "mse"},
}


def draw(name, model, options):
    rng = np.random.default_rng(zlib.crc32(name.encode()))

    def real(*size):
        return rng.standard_normal(size).astype("f4")

    inputs = [real(ROWS, *x.shape[1:]) for x in model.inputs]
    if name.startswith("masked"):
        for row, length in enumerate([6, 2, 5, 0, 3, 6, 1]):
            inputs[0][row, length:] = 0
        inputs[0][0, 2] = 0
    outputs = [tuple(y.shape[1:]) for y in model.outputs]
    targets = [rng.integers(0, 2, (ROWS, *s)).astype("f4") if s == (1,) else real(ROWS, *s) for s in outputs]
    weights = [rng.uniform(0.2, 2, (ROWS, *s[:-1])).astype("f4") for s in outputs] if options.get("weighted") else None
    return inputs, targets, weights


def single(values):
    return values[0] if values is not None and len(values) == 1 else values


def evaluate(build, options, data, weights, dtype):
    with precision(dtype):
        model = build(keras.layers)
        x, y, w = (single([a.astype(dtype) for a in part]) if part else None for part in data)
        model.set_weights([a.astype(dtype) for a in weights])
        optimizer = keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.01, global_clipnorm=0.7)
        asked = {k: v for k, v in options.items() if k != "weighted"}
        model.compile(optimizer, run_eagerly=True, **asked)
        with tf.GradientTape() as tape:
            value = model.compute_loss(x, y, model(x, training=False), w, training=False)
        slopes = tape.gradient(value, [v.value for v in model.trainable_variables])
        named = model.evaluate(x, y, sample_weight=w, batch_size=ROWS, verbose=0, return_dict=True)
        losses = [model.train_on_batch(x, y, sample_weight=w, return_dict=True)["loss"] for _ in range(STEPS)]
        keys = sorted(named)
        result = {"loss": value.numpy(), "gradients": flat([s.numpy() for s in slopes]),
                  "values": np.array([named[k] for k in keys], dtype), "trained": flat(model.get_weights())}
        return result, keys


def write_case(store, build, options):
    keras.backend.clear_session()
    name, model = build.__name__, build(keras.layers)
    data = draw(name, model, options)
    rng = np.random.default_rng(zlib.crc32(name.encode()) + 1)
    weights = [(0.5 * rng.standard_normal(w.shape)).astype("f4") for w in model.weights]
    results = {dtype: evaluate(build, options, data, weights, dtype) for dtype in PRECISIONS}
    group = store.case(name, names=results["float32"][1])
    for part, arrays in zip(("inputs", "targets", "sample_weight"), data):
        for index, array in enumerate(arrays or []):
            put(group, f"{part}_{index}", array)
    put_variables(group, "weights", model.weights, weights)
    for (dtype, (result, _)), prefix in zip(results.items(), ("", "f64_")):
        for key, value in result.items():
            put(group, prefix + key, value)
    for key in results["float32"][0]:
        assert_close(f"{name} {key}", group[key][()], group["f64_" + key][()], 1e-4 if key == "trained" else 1e-5)


def make(path, only=None):
    with Store(path) as store:
        for build, options in CASES.items():
            write_case(store, build, options)
    return len(CASES)
