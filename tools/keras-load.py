"""Has the Keras of one environment open exported files and predict.

    keras-load.py keras|tf_keras|tf.keras < JOBS > RESULTS

A job is a line of JSON: the file, its layout, the architecture for weights alone (a file that this
Keras opens whole), and the inputs and outputs to compare (an HDF5 file with groups inputs and
outputs; outputs are made by this Keras from the architecture where the file has none). A result is
the job with `difference`, relative to the largest output, or `error`, and the type that Keras
computed the expected outputs in.
"""
import importlib
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
import h5py
import numpy as np

WEIGHTS = ("weights", "legacy-weights", "universal")


def arrays(file, name):
    group = file[name]
    return [group[str(index)][()] for index in range(len(group))]


def predict(model, inputs):
    model_inputs = [tensor.dtype for tensor in model.inputs]
    inputs = [x.astype(getattr(d, "name", d)) for x, d in zip(inputs, model_inputs)]
    # Stateful models fix the batch; the whole of it is asked for at once.
    result = model.predict(
        inputs if len(inputs) > 1 else inputs[0], batch_size=len(inputs[0]), verbose=0)
    return [np.asarray(y) for y in result] if isinstance(result, (list, tuple)) else [np.asarray(result)]


def open_model(keras, job):
    load = keras.models.load_model
    if job["layout"] not in WEIGHTS:
        return load(job["file"], compile=False)
    model = load(job["architecture"], compile=False)
    for array in model.weights:  # so that a file that sets nothing cannot agree
        array.assign(np.zeros(array.shape, "float32"))
    model.load_weights(job["file"])
    return model


def run(keras, job):
    with h5py.File(job["expected"], "r") as file:
        inputs, outputs = arrays(file, "inputs"), arrays(file, "outputs")
        dtype = file.attrs.get("dtype", "float32")
        job["dtype"] = dtype.decode() if isinstance(dtype, bytes) else str(dtype)
    found = predict(open_model(keras, job), inputs)
    if len(found) != len(outputs):
        raise ValueError(f"{len(found)} outputs instead of {len(outputs)}")
    worst = 0.0
    for y, expected in zip(found, outputs):
        if y.shape != expected.shape:
            raise ValueError(f"an output of {y.shape} instead of {expected.shape}")
        scale = max(float(np.abs(expected).max()), 1e-30)
        worst = max(worst, float(np.abs(y.astype("f8") - expected).max()) / scale)
    return worst


def main():
    keras = importlib.import_module("keras" if sys.argv[1] == "tf.keras" else sys.argv[1])
    import tensorflow as tf
    # Each model is asked once: to trace its graph would take longer than to run it.
    tf.config.run_functions_eagerly(True)
    for line in sys.stdin:
        job = json.loads(line)
        try:
            job["difference"] = run(keras, job)
        except Exception as error:  # whatever a Keras says is the result
            job["error"] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:200]
        job["version"] = keras.__version__
        print(json.dumps(job), flush=True)
        if hasattr(keras, "backend") and hasattr(keras.backend, "clear_session"):
            keras.backend.clear_session()


if __name__ == "__main__":
    main()
