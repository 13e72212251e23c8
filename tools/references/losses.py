"""losses.h5: every loss, its value and its gradient, on predictions that are no layer's output."""
import zlib

from .runtime import PRECISIONS, assert_close, cast, loss_named, np, precision
import tensorflow as tf

from .store import Store, put

SHAPES = {"": (7, 6), "_sequences": (3, 4, 6)}

# name: (Keras class, config, kind of predictions, kind of targets)
LOSSES = {
    "mse": ("MeanSquaredError", {}, "real", "real"),
    "mae": ("MeanAbsoluteError", {}, "real", "real"),
    "huber": ("Huber", {}, "real", "real"),
    "huber_delta": ("Huber", {"delta": 0.4}, "real", "real"),
    "log_cosh": ("LogCosh", {}, "real", "real"),
    "binary": ("BinaryCrossentropy", {}, "probabilities", "binary"),
    "binary_smoothed": ("BinaryCrossentropy", {"label_smoothing": 0.2}, "probabilities", "binary"),
    "binary_logits": ("BinaryCrossentropy", {"from_logits": True}, "real", "binary"),
    "binary_logits_smoothed": ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.2}, "real", "binary"),
    "categorical": ("CategoricalCrossentropy", {}, "probabilities", "one_hot"),
    "categorical_smoothed": ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "probabilities", "one_hot"),
    "categorical_logits": ("CategoricalCrossentropy", {"from_logits": True}, "real", "one_hot"),
    "categorical_logits_smoothed": ("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1},
                                    "real", "one_hot"),
    "sparse": ("SparseCategoricalCrossentropy", {}, "probabilities", "classes"),
    "sparse_logits": ("SparseCategoricalCrossentropy", {"from_logits": True}, "real", "classes"),
}

# Predictions outside the clipped range, where the gradient is zero; one column; classes as a column.
EDGES = {
    "binary_clipped": ("binary", "clipped", (7, 6)),
    "categorical_clipped": ("categorical", "clipped", (7, 6)),
    "sparse_clipped": ("sparse", "clipped", (7, 6)),
    "binary_one_column": ("binary", None, (7, 1)),
    "binary_logits_one_column": ("binary_logits", None, (7, 1)),
    "mse_one_column": ("mse", None, (7, 1)),
    "sparse_column": ("sparse", "column", (7, 6)),
    "sparse_column_sequences": ("sparse", "column", (3, 4, 6)),
    "sparse_logits_large": ("sparse_logits", "large", (7, 6)),
    "categorical_logits_large": ("categorical_logits", "large", (7, 6)),
    "binary_logits_large": ("binary_logits", "large", (7, 6)),
}


def draw(name, shape, predictions, targets, edge, weighted):
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    real = (rng.standard_normal(shape) * (40 if edge == "large" else 1)).astype("f4")
    chances = rng.uniform(0.02, 0.98, shape).astype("f4")  # not normalized: Keras does that itself
    if edge == "clipped":
        chances[0], chances[1, :2], chances[2, 1] = 0, (0, 1), 1e-9
    classes = rng.integers(0, shape[-1], shape[:-1], dtype="i4")
    data = {
        "predictions": real if predictions == "real" else chances,
        "targets": {
            "real": rng.standard_normal(shape).astype("f4"),
            "binary": rng.integers(0, 2, shape).astype("f4"),
            "one_hot": np.eye(shape[-1], dtype="f4")[classes],
            "classes": classes[..., None] if edge == "column" else classes,
        }[targets],
    }
    if weighted:
        data["sample_weight"] = rng.uniform(0.2, 2, shape[:-1]).astype("f4")
        data["sample_weight"].flat[1] = 0
    return data


def evaluate(spec, data, dtype):
    """unreduced: the weighted loss of every sample or step; value: what Keras reports; gradient: of value."""
    with precision(dtype):
        data = {k: cast(v, dtype) for k, v in data.items()}
        weight = data.get("sample_weight")
        predictions = tf.constant(data["predictions"])
        with tf.GradientTape() as tape:
            tape.watch(predictions)
            value = loss_named(spec)(data["targets"], predictions, sample_weight=weight)
        each = loss_named({**spec, "config": {**spec["config"], "reduction": "none"}})
        return {"value": value.numpy(), "gradient": tape.gradient(value, predictions).numpy(),
                "unreduced": each(data["targets"], predictions, sample_weight=weight).numpy()}


def write_case(store, name, loss, shape, edge=None, weighted=False):
    class_name, config, predictions, targets = LOSSES[loss]
    spec = {"class_name": class_name, "config": config}
    data = draw(name, shape, predictions, targets, edge, weighted)
    group = store.case(name, loss=spec)
    for key, value in data.items():
        put(group, key, value)
    single, double = (evaluate(spec, data, dtype) for dtype in PRECISIONS)
    for key in single:
        put(group, key, single[key])
        if edge != "clipped":  # 1 - 1e-7 is another number in float32
            assert_close(f"{name} {key}", single[key], double[key])
            put(group, "f64_" + key, double[key])


def make(path):
    count = 0
    with Store(path) as store:
        for loss in LOSSES:
            for suffix, shape in SHAPES.items():
                for weighted in (False, True):
                    write_case(store, loss + suffix + "_weighted" * weighted, loss, shape, weighted=weighted)
                    count += 1
        for name, (loss, edge, shape) in EDGES.items():
            write_case(store, name, loss, shape, edge)
    return count + len(EDGES)
