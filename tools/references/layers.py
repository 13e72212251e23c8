"""layers.h5: what whole networks compute, with every gradient and three steps of Adam."""
import tempfile
import zlib
from pathlib import Path

from .runtime import PRECISIONS, assert_close, cast, keras, loss_named, np, precision
import h5py
import tensorflow as tf

from .cases import all_cases
from .formulas import Optimizer
from .store import Store, describe, flat, put, put_variables

ADAM = {"learning_rate": 0.01}
ADAM_STEPS = 3


def build(case):
    shape = {"batch_shape": (case.rows, *case.shape)} if case.stateful else {"shape": case.shape}
    layers = [getattr(keras.layers, name)(**config) for name, config in case.layers]
    return keras.Sequential([keras.layers.Input(**shape), *layers], name="net")


def whole_model_config(model):
    """The JSON that Keras writes as `model_config` of a whole-model HDF5 file."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.h5")
        model.save(path)
        with h5py.File(path) as file:
            return file.attrs["model_config"]


def draw(case, model):
    """Random inputs, targets and weights, all exactly representable in float32."""
    rng = np.random.default_rng(zlib.crc32(case.name.encode()))
    shape = (case.rows, *model.output_shape[1:])

    def real(*size, scale=1.0):
        return (scale * rng.standard_normal(size)).astype("f4")

    classes = rng.integers(0, shape[-1], shape[:-1], dtype="i4")
    target = {
        "real": lambda: real(*shape),
        "binary": lambda: rng.integers(0, 2, shape).astype("f4"),
        "one_hot": lambda: np.eye(shape[-1], dtype="f4")[classes],
        "classes": lambda: classes,
    }[case.target]()
    data = {"inputs": real(case.rows, *case.shape), "targets": target}
    if case.stateful:
        data["first_inputs"] = real(case.rows, *case.shape)
    if case.weighted:
        data["sample_weight"] = rng.uniform(0.2, 2, shape[:-1]).astype("f4")
        data["sample_weight"].flat[1] = 0
    return data, [real(*w.shape, scale=case.scale) for w in model.weights]


def gradients(model, loss, data):
    """Outputs, loss, and gradients of the weights and of the inputs. A state carried in is a constant."""
    x = tf.constant(data["inputs"])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = model(x, training=False)
        value = loss(data["targets"], y, sample_weight=data.get("sample_weight"))
    slopes = tape.gradient(value, [x] + [w.value for w in model.weights])
    slopes = [np.zeros(1) if s is None else s.numpy() for s in slopes]
    return {"outputs": y.numpy(), "loss": value.numpy(), "input_gradient": slopes[0], "gradients": slopes[1:]}


def evaluate(case, data, weights, dtype):
    with precision(dtype):
        model, loss = build(case), loss_named(case.loss)
        data = {k: cast(v, dtype) for k, v in data.items()}
        weights = [w.astype(dtype) for w in weights]
        model.set_weights(weights)
        result = {}
        if case.stateful:
            result["first_outputs"] = model(data["first_inputs"], training=False).numpy()
        result.update(gradients(model, loss, data))
        if case.trained:
            result["adam"] = adam(model, loss, data, weights, result["gradients"], dtype)
    return result


def adam(model, loss, data, weights, slopes, dtype):
    keras_adam, exact_adam = keras.optimizers.Adam(**ADAM), Optimizer("Adam", ADAM)
    for step in range(ADAM_STEPS):
        if step:
            slopes = gradients(model, loss, data)["gradients"]
        if dtype == "float32":
            keras_adam.apply(slopes, model.trainable_variables)
        else:
            weights = exact_adam.step(weights, slopes)
            model.set_weights(weights)
    return model.get_weights()


def write(group, result, prefix=""):
    """A list of arrays, one a weight, becomes one vector: all of them in order, flattened."""
    for name, value in result.items():
        put(group, prefix + name, flat(value) if isinstance(value, list) else value)


def write_case(store, case):
    keras.backend.clear_session()
    model = build(case)
    data, weights = draw(case, model)
    wrappers = [{"class_name": name, "config": config} for name, config in case.layers]
    group = store.case(case.name, layers=wrappers, loss=case.loss)
    if case.configured:
        describe(group, config=whole_model_config(model))
    for name, value in data.items():
        put(group, name, value)
    put_variables(group, "weights", model.weights, weights)
    single, double = (evaluate(case, data, weights, dtype) for dtype in PRECISIONS)
    write(group, single)
    write(group, double, "f64_")
    for name in single:
        assert_close(f"{case.name} {name}", group[name], group["f64_" + name], 1e-3 if name == "adam" else 1e-5)


def make(path, only=None):
    cases = [c for c in all_cases() if only is None or only in c.name]
    with Store(path) as store:
        for case in cases:
            write_case(store, case)
    return len(cases)
