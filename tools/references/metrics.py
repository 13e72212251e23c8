"""metrics.h5: running metrics after the first and after the second batch."""
import zlib

from .runtime import PRECISIONS, assert_close, cast, keras, np, precision
from keras.src.trainers.compile_utils import CompileMetrics

from .store import Store, describe, put

SHAPES = {"": (7, 6), "_sequences": (3, 4, 6)}
BATCHES = 2

# name: (Keras class, or None for the metric that compile() picks for "accuracy", targets[, options])
METRICS = {
    "accuracy_equal": ("Accuracy", "rounded"),
    "binary_accuracy_threshold": ("BinaryAccuracy", "binary", {"threshold": 0.3}),
    "top_k": ("TopKCategoricalAccuracy", "one_hot", {"k": 3}),
    "sparse_top_k": ("SparseTopKCategoricalAccuracy", "classes", {"k": 2}),
    "mape": ("MeanAbsolutePercentageError", "real"),
    "msle": ("MeanSquaredLogarithmicError", "positive"),
    "log_cosh": ("LogCoshError", "real"),
    "cosine_similarity": ("CosineSimilarity", "real"),
    "kl_divergence": ("KLDivergence", "positive"),
    "poisson": ("Poisson", "positive"),
    "hinge": ("Hinge", "binary"),
    "squared_hinge": ("SquaredHinge", "binary"),
    "categorical_hinge": ("CategoricalHinge", "one_hot"),
    "binary_crossentropy_smoothed": ("BinaryCrossentropy", "binary", {"label_smoothing": 0.2}),
    "categorical_crossentropy": ("CategoricalCrossentropy", "one_hot"),
    "sparse_categorical_crossentropy_logits": ("SparseCategoricalCrossentropy", "classes", {"from_logits": True}),
    "precision": ("Precision", "binary"),
    "precision_threshold": ("Precision", "binary", {"thresholds": 0.7}),
    "precision_top_k": ("Precision", "binary", {"top_k": 2}),
    "recall": ("Recall", "binary"),
    "recall_class": ("Recall", "binary", {"class_id": 1, "thresholds": 0.2}),
    "recall_top_k_class": ("Recall", "binary", {"top_k": 3, "class_id": 2}),
    "true_positives": ("TruePositives", "binary"),
    "false_positives": ("FalsePositives", "binary", {"thresholds": 0.6}),
    "true_negatives": ("TrueNegatives", "binary"),
    "false_negatives": ("FalseNegatives", "binary"),
    "auc": ("AUC", "binary"),
    "auc_minoring": ("AUC", "binary", {"summation_method": "minoring", "num_thresholds": 11}),
    "auc_majoring": ("AUC", "binary", {"summation_method": "majoring", "num_thresholds": 11}),
    "auc_pr": ("AUC", "binary", {"curve": "PR"}),
    "auc_pr_minoring": ("AUC", "binary", {"curve": "PR", "summation_method": "minoring", "num_thresholds": 23}),
    "auc_thresholds": ("AUC", "binary", {"thresholds": [0.1, 0.45, 0.8]}),
    "auc_logits": ("AUC", "binary", {"from_logits": True}),
    "mae": ("MeanAbsoluteError", "real"),
    "mse": ("MeanSquaredError", "real"),
    "rmse": ("RootMeanSquaredError", "real"),
    "binary_accuracy": ("BinaryAccuracy", "binary"),
    "categorical_accuracy": ("CategoricalAccuracy", "one_hot"),
    "sparse_categorical_accuracy": ("SparseCategoricalAccuracy", "classes"),
    "accuracy_one_hot": (None, "one_hot"),
    "accuracy_classes": (None, "classes"),
    "accuracy_classes_column": (None, "classes_column"),
    "accuracy_one_column": (None, "one_column"),
}


# Metrics that Keras has for plain vectors only.
FLAT = {
    "f1_micro": ("F1Score", "binary", {"average": "micro"}),
    "f1_macro": ("F1Score", "one_hot", {"average": "macro"}),
    "f1_weighted": ("F1Score", "one_hot", {"average": "weighted"}),
    "f1_threshold": ("F1Score", "binary", {"average": "macro", "threshold": 0.4}),
    "f1_one_column": ("F1Score", "one_column", {"threshold": 0.5}),
    "f_beta": ("FBetaScore", "binary", {"average": "weighted", "beta": 2.0, "threshold": 0.5}),
    "r2": ("R2Score", "real"),
    "r2_variance": ("R2Score", "real", {"class_aggregation": "variance_weighted_average"}),
    "r2_adjusted": ("R2Score", "real", {"num_regressors": 3}),
}


def draw_batch(rng, shape, targets, weighted):
    if targets == "one_column":
        shape = (*shape[:-1], 1)
    chances = rng.uniform(size=shape).astype("f4")
    chances[0, ..., 0] = 0.5  # not above the threshold
    chances[-1] = chances[-1].max()  # ties: the first counts
    classes = rng.integers(0, shape[-1], shape[:-1], dtype="i4")
    classes[-1] = 0
    classes.flat[:2] = chances.reshape(-1, shape[-1]).argmax(-1)[:2]  # some hits
    data = {
        "predictions": chances,
        "targets": {
            "real": rng.standard_normal(shape).astype("f4"),
            "binary": rng.integers(0, 2, shape).astype("f4"),
            "positive": abs(rng.standard_normal(shape)).astype("f4"),
            "rounded": rng.integers(0, 2, shape).astype("f4"),
            "one_column": rng.integers(0, 2, shape).astype("f4"),
            "one_hot": np.eye(shape[-1], dtype="f4")[classes],
            "classes": classes,
            "classes_column": classes[..., None],
        }[targets],
    }
    if targets == "rounded":
        data["predictions"] = chances.round()
    if weighted:
        data["sample_weight"] = rng.uniform(0.2, 2, shape[:-1]).astype("f4")
        data["sample_weight"].flat[1] = 0
    return data


def new_metric(class_name, options, weighted):
    if class_name:
        return getattr(keras.metrics, class_name)(**options)
    chosen = ["accuracy"]
    return CompileMetrics(None, chosen) if weighted else CompileMetrics(chosen, None)


def evaluate(class_name, options, batches, dtype):
    with precision(dtype):
        metric, results = new_metric(class_name, options, "sample_weight" in batches[0]), []
        for batch in batches:
            batch = {k: cast(v, dtype) for k, v in batch.items()}
            args = (batch["targets"], batch["predictions"])
            if not (class_name or metric.built):  # building again would forget the first batch
                metric.build(*args)
            metric.update_state(*args, sample_weight=batch.get("sample_weight"))
            result = metric.result()
            results.append(np.ravel(result if class_name else next(iter(result.values()))).item())
    return np.array(results, dtype)


def write_case(store, name, metric, shape, weighted):
    class_name, targets, *options = {**METRICS, **FLAT}[metric]
    options = options[0] if options else {}
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    batches = [draw_batch(rng, shape, targets, weighted) for _ in range(BATCHES)]
    group = store.case(name, metric=class_name or "accuracy")
    if class_name:
        describe(group, config=keras.saving.serialize_keras_object(new_metric(class_name, options, False)))
    for key in batches[0]:
        put(group, key, np.stack([b[key] for b in batches]))
    # TensorFlow finds the largest k of float32 only.
    precisions = ("float32", "float32") if "TopK" in (class_name or "") else PRECISIONS
    single, double = (evaluate(class_name, options, batches, dtype) for dtype in precisions)
    assert_close(name, single, double)
    put(group, "results", single)
    put(group, "f64_results", double)


def make(path):
    count = 0
    with Store(path) as store:
        for metric in [*METRICS, *FLAT]:
            for suffix, shape in SHAPES.items():
                if suffix and metric in FLAT:
                    continue
                # Vectors without weights and sequences with them are enough for most.
                for weighted in (False, True) if metric in FLAT or "accuracy" in metric else (bool(suffix),):
                    write_case(store, metric + suffix + "_weighted" * weighted, metric, shape, weighted)
                    count += 1
    return count
