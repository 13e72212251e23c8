"""around.h5: the layers that Keras puts around recurrent ones, each alone, with one or several inputs."""
import zlib
from dataclasses import dataclass, field

from .runtime import PRECISIONS, assert_close, keras, np, precision
import tensorflow as tf

from .store import Store, flat, put, put_variables

ROWS = 3
VECTOR, SEQUENCE, CUBE = (6,), (5, 4), (5, 2, 3)


@dataclass
class Case:
    """shapes: of one sample of each input; masked: the inputs that go through Masking first; integers:
    inputs of few different values, so that there are ties."""
    name: str
    class_name: str
    config: dict = field(default_factory=dict)
    shapes: tuple = (SEQUENCE,)
    masked: tuple = ()
    training: bool = False
    integers: bool = False


def activation_cases():
    for shape, suffix in ((VECTOR, ""), (SEQUENCE, "_sequence")):
        yield Case("relu" + suffix, "ReLU", {}, (shape,))
        yield Case("relu_options" + suffix, "ReLU",
                   {"max_value": 1.1, "negative_slope": 0.3, "threshold": 0.4}, (shape,))
        yield Case("leaky_relu" + suffix, "LeakyReLU", {"negative_slope": 0.1}, (shape,))
        yield Case("elu" + suffix, "ELU", {"alpha": 1.7}, (shape,))
        yield Case("prelu" + suffix, "PReLU", {}, (shape,))
        yield Case("softmax" + suffix, "Softmax", {}, (shape,))
    yield Case("relu_capped", "ReLU", {"max_value": 0.7}, masked=(0,))
    yield Case("relu_leaky_capped", "ReLU", {"max_value": 0.7, "negative_slope": 0.2})
    yield Case("relu_threshold", "ReLU", {"threshold": 0.5})
    yield Case("prelu_shared", "PReLU", {"shared_axes": [1]}, masked=(0,))
    yield Case("prelu_shared_cube", "PReLU", {"shared_axes": [1, 3]}, (CUBE,))
    yield Case("softmax_time", "Softmax", {"axis": 1})
    yield Case("softmax_middle", "Softmax", {"axis": 2}, (CUBE,))
    yield Case("identity", "Identity", masked=(0,))


def normalization_cases():
    for shape, suffix in ((VECTOR, ""), (SEQUENCE, "_sequence"), (CUBE, "_cube")):
        for training in (False, True):
            yield Case(f"batch{suffix}{'_training' * training}", "BatchNormalization", {}, (shape,), training=training)
        yield Case("layer" + suffix, "LayerNormalization", {}, (shape,))
    for training in (False, True):
        end = "_training" * training
        yield Case("batch_time" + end, "BatchNormalization", {"axis": 1, "epsilon": 0.01}, training=training)
        yield Case("batch_middle" + end, "BatchNormalization", {"axis": 2}, (CUBE,), training=training)
        yield Case("batch_masked" + end, "BatchNormalization", {"momentum": 0.7}, masked=(0,), training=training)
        yield Case("batch_plain" + end, "BatchNormalization", {"center": False, "scale": False}, training=training)
        yield Case("batch_frozen" + end, "BatchNormalization", {"trainable": False}, training=training)
    yield Case("layer_axes", "LayerNormalization", {"axis": [1, 2], "epsilon": 0.01}, masked=(0,))
    yield Case("layer_cube_axes", "LayerNormalization", {"axis": [2, 3]}, (CUBE,))
    yield Case("layer_rms", "LayerNormalization", {"rms_scaling": True})
    yield Case("layer_plain", "LayerNormalization", {"center": False, "scale": False})
    # Wide enough for whole vectors and a tail.
    yield Case("layer_wide", "LayerNormalization", {}, ((2, 37),))
    yield Case("batch_wide_training", "BatchNormalization", {}, ((2, 37),), training=True)


def window_cases():
    long = ((9, 4),)
    options = {
        "valid": {}, "same": {"padding": "same"}, "causal": {"padding": "causal"},
        "strided": {"strides": 2}, "strided_same": {"strides": 2, "padding": "same"},
        "strided_causal": {"strides": 3, "padding": "causal"},
        "dilated": {"dilation_rate": 2}, "dilated_same": {"dilation_rate": 2, "padding": "same"},
        "dilated_causal": {"dilation_rate": 3, "padding": "causal"},
        "grouped": {"groups": 2}, "grouped_strided": {"groups": 2, "strides": 2, "padding": "same"},
        "tanh": {"activation": "tanh"}, "softmax": {"activation": "softmax"}, "no_bias": {"use_bias": False},
        "even": {"kernel_size": 2, "padding": "same"}, "point": {"kernel_size": 1},
        "wide": {"filters": 21, "kernel_size": 5, "padding": "same"},
    }
    for name, config in options.items():
        yield Case("conv_" + name, "Conv1D", {"filters": 6, "kernel_size": 3, **config}, long)
    for kind, class_name in (("max", "MaxPooling1D"), ("average", "AveragePooling1D")):
        yield Case("pool_" + kind, class_name, {"pool_size": 2}, long)
        for name, config in {"same": {"padding": "same"}, "overlapping": {"pool_size": 3, "strides": 2},
                             "overlapping_same": {"pool_size": 4, "strides": 3, "padding": "same"},
                             "sparse": {"pool_size": 2, "strides": 3}}.items():
            yield Case(f"pool_{kind}_{name}", class_name, {"pool_size": 2, **config}, long)
        yield Case(f"global_{kind}", f"Global{class_name}")
        yield Case(f"global_{kind}_kept", f"Global{class_name}", {"keepdims": True})
        yield Case(f"global_{kind}_masked", f"Global{class_name}", masked=(0,))
    yield Case("pool_max_ties", "MaxPooling1D", {"pool_size": 3, "strides": 2}, long, integers=True)
    yield Case("global_max_ties", "GlobalMaxPooling1D", integers=True)


def reshaping_cases():
    yield Case("padded", "ZeroPadding1D", {"padding": [1, 2]}, masked=(0,))
    yield Case("padded_both", "ZeroPadding1D", {"padding": 2})
    yield Case("cropped", "Cropping1D", {"cropping": [1, 2]})
    yield Case("cropped_start", "Cropping1D", {"cropping": [2, 0]})
    yield Case("up_sampled", "UpSampling1D", {"size": 3})
    yield Case("repeated", "RepeatVector", {"n": 4}, (VECTOR,))
    yield Case("flat", "Flatten", masked=(0,))
    yield Case("flat_cube", "Flatten", {}, (CUBE,))
    for name, shape, target in (
            ("longer", (5, 6), (10, 3)), ("shorter", (5, 6), (3, 10)), ("odd", (5, 6), (2, 15)),
            ("flat", (5, 6), (-1,)), ("cube", (5, 6), (3, -1, 5)), ("from_cube", CUBE, (6, 5)),
            ("from_vector", VECTOR, (2, 3)), ("one_step", VECTOR, (1, 6)), ("features", (4, 6), (4, 2, 3)),
            ("open", (4, 6), (-1, 8))):
        yield Case("reshaped_" + name, "Reshape", {"target_shape": target}, (shape,))
    yield Case("permuted", "Permute", {"dims": [2, 1]}, masked=(0,))
    yield Case("permuted_cube", "Permute", {"dims": [3, 1, 2]}, (CUBE,))
    yield Case("permuted_features", "Permute", {"dims": [1, 3, 2]}, (CUBE,))


def merging_cases():
    two, three = (SEQUENCE, SEQUENCE), (SEQUENCE,) * 3
    for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
        many = two if name == "Subtract" else three
        key = name.lower()
        yield Case(key, name, {}, many)
        yield Case(key + "_vectors", name, {}, (VECTOR, VECTOR))
        yield Case(key + "_masked", name, {}, many, masked=tuple(range(len(many))))
        yield Case(key + "_half_masked", name, {}, two, masked=(1,))
        yield Case(key + "_first_masked", name, {}, two, masked=(0,))
    yield Case("add_repeated_step", "Add", {}, (SEQUENCE, (1, 4)))
    yield Case("add_repeated_feature", "Add", {}, ((5, 1), SEQUENCE))
    yield Case("multiply_vector", "Multiply", {}, (SEQUENCE, (4,)))
    yield Case("maximum_outer", "Maximum", {}, ((5, 1), (1, 4)))
    yield Case("maximum_ties", "Maximum", {}, three, integers=True)
    yield Case("minimum_ties", "Minimum", {}, three, integers=True)
    yield Case("concatenate", "Concatenate", {}, (SEQUENCE, (5, 3), (5, 1)))
    yield Case("concatenate_vectors", "Concatenate", {}, (VECTOR, (3,)))
    yield Case("concatenate_time", "Concatenate", {"axis": 1}, (SEQUENCE, (2, 4)))
    yield Case("concatenate_middle", "Concatenate", {"axis": 2}, (CUBE, (5, 4, 3)))
    yield Case("concatenate_cubes", "Concatenate", {"axis": -1}, (CUBE, (5, 2, 1)))
    yield Case("concatenate_cubes_time", "Concatenate", {"axis": -3}, (CUBE, (3, 2, 3)))
    yield Case("concatenate_masked", "Concatenate", {}, (SEQUENCE, (5, 3)), masked=(0, 1))
    yield Case("concatenate_half_masked", "Concatenate", {}, (SEQUENCE, (5, 3)), masked=(1,))
    yield Case("concatenate_time_masked", "Concatenate", {"axis": 1}, (SEQUENCE, (2, 4)), masked=(0, 1))
    yield Case("concatenate_time_half_masked", "Concatenate", {"axis": 1}, (SEQUENCE, (2, 4)), masked=(1,))


def product_cases():
    yield Case("dot_vectors", "Dot", {"axes": 1}, (VECTOR, VECTOR))
    yield Case("dot_cosine", "Dot", {"axes": -1, "normalize": True}, (VECTOR, VECTOR))
    yield Case("dot_features", "Dot", {"axes": 2}, (SEQUENCE, (3, 4)))
    yield Case("dot_time", "Dot", {"axes": 1}, (SEQUENCE, (5, 3)))
    yield Case("dot_crossed", "Dot", {"axes": [2, 1]}, (SEQUENCE, (4, 3)), masked=(0,))
    yield Case("dot_cosine_time", "Dot", {"axes": [1, 1], "normalize": True}, (SEQUENCE, (5, 3)))
    yield Case("dot_vector_sequence", "Dot", {"axes": [1, 2]}, ((4,), SEQUENCE))
    yield Case("dot_sequence_vector", "Dot", {"axes": [2, 1]}, (SEQUENCE, (4,)))
    yield Case("dot_cube", "Dot", {"axes": [2, 1]}, (CUBE, (2, 7)))
    pair, triple = (SEQUENCE, (3, 4)), ((5, 4), (3, 2), (3, 4))
    for name, config in {"": {}, "_scaled": {"use_scale": True}, "_additive": {"score_mode": "concat"},
                         "_additive_scaled": {"score_mode": "concat", "use_scale": True}}.items():
        yield Case("attention" + name, "Attention", config, pair)
        yield Case(f"attention{name}_key", "Attention", config, triple)
    yield Case("attention_masked", "Attention", {}, pair, masked=(0, 1))
    yield Case("attention_value_masked", "Attention", {"score_mode": "concat"}, pair, masked=(1,))
    yield Case("attention_query_masked", "Attention", {"use_scale": True}, triple, masked=(0,))
    yield Case("attention_wide", "Attention", {"use_scale": True}, ((4, 19), (18, 19)))


def all_cases():
    for cases in (activation_cases, normalization_cases, window_cases, reshaping_cases, merging_cases,
                  product_cases):
        yield from cases()


def build(case):
    inputs = [keras.layers.Input(shape=shape) for shape in case.shapes]
    flowing = [keras.layers.Masking(0.0)(x) if i in case.masked else x for i, x in enumerate(inputs)]
    layer = getattr(keras.layers, case.class_name)(**case.config, name="layer")
    return keras.Model(inputs, layer(flowing if len(flowing) > 1 else flowing[0]))


def draw(case, model):
    rng = np.random.default_rng(zlib.crc32(case.name.encode()))
    data = {}
    for index, shape in enumerate(case.shapes):
        x = rng.standard_normal((ROWS, *shape)).astype("f4")
        if case.integers:
            x = np.round(x).astype("f4")
        if index in case.masked:
            # The first step of the last row counts nowhere, so that there are steps without any input.
            hidden = rng.random((ROWS, shape[0])) < 0.4
            hidden[-1, 0], hidden[:, 1] = True, False
            x[hidden] = 0
        data[f"inputs_{index}"] = x
    shape = (ROWS, *model.output_shape[1:])
    data["output_gradient"] = rng.standard_normal(shape).astype("f4")
    weights = [(0.6 * rng.standard_normal(w.shape)).astype("f4") for w in model.weights]
    for index, w in enumerate(model.weights):
        if w.name == "moving_variance":
            weights[index] = np.abs(weights[index]) + np.float32(0.5)
    return data, weights


def evaluate(case, data, weights, dtype):
    with precision(dtype):
        model = build(case)
        model.set_weights([w.astype(dtype) for w in weights])
        x = [tf.constant(data[f"inputs_{i}"].astype(dtype)) for i in range(len(case.shapes))]
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = model(x if len(x) > 1 else x[0], training=case.training)
            value = tf.reduce_sum(y * data["output_gradient"].astype(dtype))
        trained = model.trainable_variables
        slopes = tape.gradient(value, x + [w.value for w in trained])
        slopes = [np.zeros(v.shape) if s is None else np.asarray(s) for s, v in zip(slopes, x + trained)]
        result = {"outputs": y.numpy()}
        result.update({f"input_gradient_{i}": s for i, s in enumerate(slopes[:len(x)])})
        if trained:
            result["gradients"] = flat(slopes[len(x):])
        if case.training:
            result["weights_after"] = flat(model.get_weights())
        mask = getattr(y, "_keras_mask", None)
    return result, None if mask is None else mask.numpy()


def write_case(store, case):
    keras.backend.clear_session()
    model = build(case)
    data, weights = draw(case, model)
    keras_config = keras.saving.serialize_keras_object(model.get_layer("layer"))["config"]
    group = store.case(case.name, layer={"class_name": case.class_name, "config": case.config},
                       keras_config=keras_config, masked=list(case.masked), training=case.training)
    for name, value in data.items():
        put(group, name, value)
    if weights:
        put_variables(group, "weights", model.weights, weights)
    (single, mask), (double, _) = (evaluate(case, data, weights, dtype) for dtype in PRECISIONS)
    if mask is not None:
        put(group, "mask", mask)
    for name in single:
        put(group, name, single[name])
        put(group, "f64_" + name, double[name])
        assert_close(f"{case.name} {name}", single[name], double[name])


def make(path):
    count = 0
    with Store(path) as store:
        for case in all_cases():
            write_case(store, case)
            count += 1
    return count
