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
    "mape": ("MeanAbsolutePercentageError", {}, "real", "real"),
    "msle": ("MeanSquaredLogarithmicError", {}, "positive", "positive"),
    "kl_divergence": ("KLDivergence", {}, "probabilities", "positive"),
    "poisson": ("Poisson", {}, "positive", "positive"),
    "cosine_similarity": ("CosineSimilarity", {}, "real", "real"),
    "hinge": ("Hinge", {}, "real", "binary"),
    "hinge_signs": ("Hinge", {}, "real", "signs"),
    "squared_hinge": ("SquaredHinge", {}, "real", "binary"),
    "squared_hinge_signs": ("SquaredHinge", {}, "real", "signs"),
    "categorical_hinge": ("CategoricalHinge", {}, "real", "one_hot"),
    "binary_focal": ("BinaryFocalCrossentropy", {}, "probabilities", "binary"),
    "binary_focal_balanced": ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5,
                                                          "label_smoothing": 0.1}, "probabilities", "binary"),
    "binary_focal_logits": ("BinaryFocalCrossentropy", {"from_logits": True}, "real", "binary"),
    "categorical_focal": ("CategoricalFocalCrossentropy", {}, "probabilities", "one_hot"),
    "categorical_focal_options": ("CategoricalFocalCrossentropy", {"alpha": 0.6, "gamma": 0.7, "label_smoothing": 0.1},
                                  "probabilities", "one_hot"),
    "categorical_focal_logits": ("CategoricalFocalCrossentropy", {"from_logits": True}, "real", "one_hot"),
    "sparse_ignored": ("SparseCategoricalCrossentropy", {"ignore_class": 2}, "probabilities", "classes"),
    "sparse_ignored_logits": ("SparseCategoricalCrossentropy", {"from_logits": True, "ignore_class": -1},
                              "real", "classes_and_none"),
    "mse_sum": ("MeanSquaredError", {"reduction": "sum"}, "real", "real"),
    "mse_weighted_mean": ("MeanSquaredError", {"reduction": "mean_with_sample_weight"}, "real", "real"),
    "sparse_ignored_weighted_mean": ("SparseCategoricalCrossentropy",
                                     {"ignore_class": 2, "reduction": "mean_with_sample_weight"},
                                     "probabilities", "classes"),
    "sparse_logits": ("SparseCategoricalCrossentropy", {"from_logits": True}, "real", "classes"),
}

# These come as vectors and sequences, each with and without weights.
ALL_WAYS = {"mse", "binary", "binary_logits", "categorical", "categorical_logits", "sparse", "sparse_logits",
            "sparse_ignored", "mse_sum", "mse_weighted_mean", "sparse_ignored_weighted_mean"}

# Predictions outside the clipped range, where the gradient is zero; one column; classes as a column.
EDGES = {
    "binary_clipped": ("binary", "clipped", (7, 6)),
    "categorical_clipped": ("categorical", "clipped", (7, 6)),
    "sparse_clipped": ("sparse", "clipped", (7, 6)),
    "binary_one_column": ("binary", None, (7, 1)),
    "binary_logits_one_column": ("binary_logits", None, (7, 1)),
    "kl_divergence_clipped": ("kl_divergence", "clipped", (7, 6)),
    "binary_focal_clipped": ("binary_focal", "clipped", (7, 6)),
    "categorical_focal_clipped": ("categorical_focal", "clipped", (7, 6)),
    "mape_zeros": ("mape", "zeros", (7, 6)),
    "msle_zeros": ("msle", "zeros", (7, 6)),
    "cosine_zeros": ("cosine_similarity", "zeros", (7, 6)),
    "hinge_one_column": ("hinge", None, (7, 1)),
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
        "predictions": {"real": real, "positive": abs(real), "probabilities": chances}[predictions],
        "targets": {
            "real": rng.standard_normal(shape).astype("f4"),
            "binary": rng.integers(0, 2, shape).astype("f4"),
            "one_hot": np.eye(shape[-1], dtype="f4")[classes],
            "positive": abs(rng.standard_normal(shape)).astype("f4"),
            "signs": (2 * rng.integers(0, 2, shape) - 1).astype("f4"),
            "classes_and_none": np.where(rng.uniform(size=shape[:-1]) < 0.3, -1, classes).astype("i4"),
            "classes": classes[..., None] if edge == "column" else classes,
        }[targets],
    }
    if edge == "zeros":  # of the targets, which are divided by, and a whole row of the predictions
        data["targets"][0], data["targets"][1, :2], data["predictions"][2] = 0, 0, 0
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
        if edge not in ("clipped", "zeros"):  # 1 - 1e-7 is another number in float32
            assert_close(f"{name} {key}", single[key], double[key])
            put(group, "f64_" + key, double[key])


def make(path):
    count = 0
    with Store(path) as store:
        for loss in LOSSES:
            for suffix, shape in SHAPES.items():
                # Vectors without weights and sequences with them are enough for most.
                for weighted in (False, True) if loss in ALL_WAYS else (bool(suffix),):
                    write_case(store, loss + suffix + "_weighted" * weighted, loss, shape, weighted=weighted)
                    count += 1
        for name, (loss, edge, shape) in EDGES.items():
            write_case(store, name, loss, shape, edge)
    return count + len(EDGES)
