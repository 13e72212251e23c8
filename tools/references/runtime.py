"""Starts Keras quietly, on one thread, in either precision. Import it before anything that imports Keras."""
import contextlib
import logging
import os
import warnings

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
logging.getLogger("absl").setLevel(logging.ERROR)
warnings.simplefilter("ignore")

import keras  # noqa: E402
import numpy as np  # noqa: E402

PRECISIONS = ("float32", "float64")


@contextlib.contextmanager
def precision(name):
    """Layers, variables and losses made inside have this type."""
    keras.config.set_floatx(name)
    keras.config.set_dtype_policy(name)
    try:
        yield name
    finally:
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy("float32")


def loss_named(spec):
    """The Keras loss of {"class_name": …, "config": {…}}."""
    return getattr(keras.losses, spec["class_name"])(**spec["config"])


def cast(array, dtype):
    """Numbers in the wanted precision; class indices stay integers."""
    return array if array.dtype.kind == "i" else array.astype(dtype)


def assert_close(name, single, double, tolerance=1e-5):
    """A float32 result far from its float64 twin would make a useless reference."""
    single, double = np.asarray(single, "f8"), np.asarray(double, "f8")
    assert np.isfinite(single).all() and np.isfinite(double).all(), f"{name}: not finite"
    error = np.max(np.abs(single - double), initial=0) / (1 + np.max(np.abs(double), initial=0))
    assert error < tolerance, f"{name}: float32 and float64 differ by {error:.2g}"
