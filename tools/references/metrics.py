"""metrics.h5: running metrics after the first and after the second batch."""
import zlib

from .runtime import PRECISIONS, assert_close, cast, keras, np, precision
from keras.src.trainers.compile_utils import CompileMetrics

from .store import Store, put

SHAPES = {"": (7, 6), "_sequences": (3, 4, 6)}
BATCHES = 2

# name: (Keras class, or None for the metric that compile() picks for "accuracy", targets)
METRICS = {
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
            "one_column": rng.integers(0, 2, shape).astype("f4"),
            "one_hot": np.eye(shape[-1], dtype="f4")[classes],
            "classes": classes,
            "classes_column": classes[..., None],
        }[targets],
    }
    if weighted:
        data["sample_weight"] = rng.uniform(0.2, 2, shape[:-1]).astype("f4")
        data["sample_weight"].flat[1] = 0
    return data


def new_metric(class_name, weighted):
    if class_name:
        return getattr(keras.metrics, class_name)()
    chosen = ["accuracy"]
    return CompileMetrics(None, chosen) if weighted else CompileMetrics(chosen, None)


def evaluate(class_name, batches, dtype):
    with precision(dtype):
        metric, results = new_metric(class_name, "sample_weight" in batches[0]), []
        for batch in batches:
            batch = {k: cast(v, dtype) for k, v in batch.items()}
            args = (batch["targets"], batch["predictions"])
            if not (class_name or metric.built):  # building again would forget the first batch
                metric.build(*args)
            metric.update_state(*args, sample_weight=batch.get("sample_weight"))
            result = metric.result()
            results.append(float(result if class_name else next(iter(result.values()))))
    return np.array(results, dtype)


def write_case(store, name, metric, shape, weighted):
    class_name, targets = METRICS[metric]
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    batches = [draw_batch(rng, shape, targets, weighted) for _ in range(BATCHES)]
    group = store.case(name, metric=class_name or "accuracy")
    for key in batches[0]:
        put(group, key, np.stack([b[key] for b in batches]))
    single, double = (evaluate(class_name, batches, dtype) for dtype in PRECISIONS)
    assert_close(name, single, double)
    put(group, "results", single)
    put(group, "f64_results", double)


def make(path):
    count = 0
    with Store(path) as store:
        for metric in METRICS:
            for suffix, shape in SHAPES.items():
                for weighted in (False, True):
                    write_case(store, metric + suffix + "_weighted" * weighted, metric, shape, weighted)
                    count += 1
    return count
