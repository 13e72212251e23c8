"""sequences.h5: what Keras puts around recurrent layers: masks, given and returned states, both
directions, cells, embeddings, layers for every step. Outputs and gradients, without dropout."""
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from .runtime import PRECISIONS, assert_close, keras, np, precision
import h5py
import tensorflow as tf

from .cases import RECURRENT
from .store import Store, flat, put, put_variables

ROWS, STEPS, FEATURES, UNITS = 4, 5, 2, 3
# Steps that do not count: none; the first and a middle one; the last two; all.
MASKED = [[], [0, 2], [3, 4], [0, 1, 2, 3, 4]]


@dataclass
class Case:
    """layers: functions that make Keras layers; states: sizes of the last layer's given states;
    ids: how many different whole numbers the inputs are, or 0 for real ones."""
    name: str
    layers: list
    states: list = field(default_factory=list)
    shape: tuple = (STEPS, FEATURES)
    ids: int = 0


def make_layer(class_name, **config):
    return lambda: getattr(keras.layers, class_name)(**config)


def wrap(class_name, inner, **config):
    return lambda: getattr(keras.layers, class_name)(inner(), **config)


MASKING = make_layer("Masking", mask_value=0.5)


def recurrent_cases():
    variants = {
        "masked": {}, "masked_sequences": {"return_sequences": True},
        "masked_backwards": {"go_backwards": True},
        "masked_backwards_sequences": {"go_backwards": True, "return_sequences": True},
        "masked_zero": {"zero_output_for_mask": True},
        "masked_zero_sequences": {"zero_output_for_mask": True, "return_sequences": True},
        "masked_states": {"return_state": True, "return_sequences": True},
        "masked_given": {"return_state": True, "return_sequences": True},
        "masked_given_last": {}, "masked_given_zero": {"zero_output_for_mask": True},
    }
    for prefix, (class_name, options) in RECURRENT.items():
        sizes = [UNITS] * (2 if class_name == "LSTM" else 1)
        for name, more in variants.items():
            layer = make_layer(class_name, units=UNITS, **options, **more)
            yield Case(f"{prefix}_{name}", [MASKING, layer], sizes if "given" in name else [])
        given = make_layer(class_name, units=UNITS, return_state=True, go_backwards=True, **options)
        yield Case(f"{prefix}_given", [given], sizes)
        yield Case(f"{prefix}_masked_twice", [
            MASKING, make_layer(class_name, units=UNITS, return_sequences=True, **options),
            make_layer(class_name, units=4, **options), make_layer("Dense", units=2)])


def bidirectional_cases():
    def lstm(**more):
        return make_layer("LSTM", units=UNITS, **more)

    sequences = {"return_sequences": True}
    for mode in ("concat", "sum", "ave", "mul", None):
        yield Case(f"bidirectional_{mode}", [wrap("Bidirectional", lstm(), merge_mode=mode)])
        yield Case(f"bidirectional_{mode}_masked_sequences",
                   [MASKING, wrap("Bidirectional", lstm(**sequences), merge_mode=mode)])
    yield Case("bidirectional_masked", [MASKING, wrap("Bidirectional", lstm())])
    yield Case("bidirectional_states",
               [MASKING, wrap("Bidirectional", lstm(return_state=True, **sequences))], [UNITS] * 4)
    yield Case("bidirectional_gru", [wrap("Bidirectional", make_layer("GRU", units=UNITS))])
    yield Case("bidirectional_stack", [
        MASKING, wrap("Bidirectional", lstm(**sequences)), wrap("Bidirectional", lstm()),
        make_layer("Dense", units=2)])
    other = make_layer("SimpleRNN", units=4, go_backwards=True)
    yield Case("bidirectional_unequal", [
        lambda: keras.layers.Bidirectional(lstm()(), backward_layer=other())])
    yield Case("bidirectional_cells", [
        MASKING, wrap("Bidirectional", cells("LSTMCell", "GRUCell", return_sequences=True))])


def cells(*names, **more):
    def make():
        made = [getattr(keras.layers, name)(UNITS + index) for index, name in enumerate(names)]
        return keras.layers.RNN(made if len(made) > 1 else made[0], **more)
    return make


def cell_cases():
    for name in ("LSTMCell", "GRUCell", "SimpleRNNCell"):
        yield Case(f"cells_{name}", [MASKING, cells(name, return_sequences=True)])
    for suffix, more in {
        "": {}, "_sequences": {"return_sequences": True},
        "_backwards": {"go_backwards": True, "return_sequences": True},
        "_zero": {"zero_output_for_mask": True, "return_sequences": True},
    }.items():
        yield Case(f"cells_stack{suffix}", [
            MASKING, cells("LSTMCell", "GRUCell", "LSTMCell", "SimpleRNNCell", return_state=True, **more)])
    yield Case("cells_given", [MASKING, cells("LSTMCell", "GRUCell", return_state=True)], [[3, 3], [4]])


def other_cases():
    embedding = make_layer("Embedding", input_dim=6, output_dim=UNITS)
    masked = make_layer("Embedding", input_dim=6, output_dim=UNITS, mask_zero=True)
    lstm = make_layer("LSTM", units=4)
    yield Case("embedding", [embedding, make_layer("Flatten")], shape=(STEPS,), ids=6)
    yield Case("embedding_lstm", [embedding, lstm], shape=(STEPS,), ids=6)
    yield Case("embedding_masked", [masked, lstm], shape=(STEPS,), ids=6)
    yield Case("embedding_bidirectional", [masked, wrap("Bidirectional", lstm)], shape=(STEPS,), ids=6)
    yield Case("embedding_two_axes", [embedding], shape=(STEPS, 2), ids=6)
    one_hot = make_layer("CategoryEncoding", num_tokens=6, output_mode="one_hot")
    readers = {
        "lstm": lstm, "gru": make_layer("GRU", units=UNITS, return_sequences=True),
        "reset_before": make_layer("GRU", units=UNITS, reset_after=False),
        "simple": make_layer("SimpleRNN", units=UNITS, use_bias=False),
        "backwards": make_layer("LSTM", units=UNITS, go_backwards=True, return_sequences=True),
        "bidirectional": wrap("Bidirectional", lstm), "dense": make_layer("Dense", units=4),
    }
    for name, layer in readers.items():
        yield Case(f"category_{name}", [one_hot, layer], shape=(STEPS,), ids=6)
    yield Case("category_alone", [one_hot], shape=(STEPS,), ids=6)
    yield Case("category_single", [one_hot, make_layer("Dense", units=4)], shape=(1,), ids=6)
    yield Case("category_last_axis", [one_hot, lstm], shape=(STEPS, 1), ids=6)
    yield Case("category_two_axes", [one_hot, make_layer("Dense", units=4)], shape=(STEPS, 2), ids=6)
    inner = {
        "dense": make_layer("Dense", units=4, activation="tanh"), "flatten": make_layer("Flatten"),
        "lstm": make_layer("LSTM", units=4), "sequences": make_layer("GRU", units=4, return_sequences=True),
    }
    for name, layer in inner.items():
        yield Case(f"distributed_{name}", [wrap("TimeDistributed", layer)], shape=(STEPS, 3, 2))
    yield Case("distributed_masked", [
        MASKING, make_layer("LSTM", units=4, return_sequences=True),
        wrap("TimeDistributed", make_layer("Dense", units=3)), make_layer("GRU", units=2)])
    yield Case("distributed_twice", [
        wrap("TimeDistributed", wrap("TimeDistributed", make_layer("SimpleRNN", units=4)))],
        shape=(3, 4, 5, 2))
    yield Case("masking_alone", [MASKING, make_layer("Dense", units=2)])


def build(case):
    """The model; every layer is called on what the one before put out."""
    x = keras.Input(case.shape)
    states = [keras.Input((size,)) for size in flat_sizes(case.states)]
    y = x
    for index, layer in enumerate(case.layers):
        is_last = index == len(case.layers) - 1
        given = nest(states, case.states) if is_last and states else None
        y = layer()(y) if given is None else layer()(y, initial_state=given)
    outputs = tf.nest.flatten(y)
    return keras.Model([x, *states], outputs)


def flat_sizes(sizes):
    return [size for part in sizes for size in (part if isinstance(part, list) else [part])]


def nest(states, sizes):
    rest = iter(states)
    return [[next(rest) for _ in part] if isinstance(part, list) else next(rest) for part in sizes]


def draw(case, model):
    """Random inputs with masked steps, output gradients and weights, exact in float32."""
    rng = np.random.default_rng(zlib.crc32(case.name.encode()))

    def real(*size, scale=1.0):
        return (scale * rng.standard_normal(size)).astype("f4")

    if case.ids:
        inputs = rng.integers(0, case.ids, (ROWS, *case.shape)).astype("f4")
        inputs[2] = 0
    else:
        inputs = real(ROWS, *case.shape)
        if case.shape == (STEPS, FEATURES):
            for row, steps in enumerate(MASKED):
                inputs[row, steps] = 0.5
    data = {"inputs": inputs}
    for index, size in enumerate(flat_sizes(case.states)):
        data[f"state_{index}"] = real(ROWS, size)
    # Keras foretells a wrong shape where the two directions are of unequal size.
    for index, output in enumerate(tf.nest.flatten(model([tf.constant(a) for a in data.values()]))):
        data[f"output_gradient_{index}"] = real(*output.shape)
    return data, [real(*w.shape, scale=0.6) for w in model.weights]


def evaluate(case, data, weights, dtype):
    with precision(dtype):
        model = build(case)
        model.set_weights([w.astype(dtype) for w in weights])
        data = {k: tf.constant(v.astype(dtype)) for k, v in data.items()}
        sources = [data["inputs"], *(data[k] for k in data if k.startswith("state_"))]
        with tf.GradientTape() as tape:
            tape.watch(sources)
            outputs = tf.nest.flatten(model(sources, training=False))
            value = sum(tf.reduce_sum(y * data[f"output_gradient_{i}"]) for i, y in enumerate(outputs))
        slopes = tape.gradient(value, sources + [w.value for w in model.weights])
    slopes = [s if s is None else tf.convert_to_tensor(s).numpy() for s in slopes]
    result = {f"outputs_{i}": y.numpy() for i, y in enumerate(outputs)}
    if slopes[0] is not None:
        result["input_gradient"] = slopes[0]
    for index in range(1, len(sources)):
        result[f"state_gradient_{index - 1}"] = slopes[index]
    if weights:
        result["gradients"] = flat(slopes[len(sources):])
    return result


def objects(model):
    """Where Keras 3's weights file has each weight."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.weights.h5")
        model.save_weights(path)
        found = {}
        with h5py.File(path) as file:
            file.visititems(lambda name, item: found.update({name: item[()]})
                            if isinstance(item, h5py.Dataset) else None)
    places = []
    for weight in model.get_weights():
        places.append(next(n for n, v in found.items() if v.shape == weight.shape and (v == weight).all()))
    return places


def write_case(store, case):
    keras.backend.clear_session()
    model = build(case)
    data, weights = draw(case, model)
    model.set_weights(weights)
    layers = [keras.layers.serialize(layer) for layer in model.layers
              if not isinstance(layer, keras.layers.InputLayer)]
    group = store.case(case.name, layers=layers, objects=objects(model))
    for name, value in data.items():
        put(group, name, value)
    if weights:
        put_variables(group, "weights", model.weights, weights)
    single, double = (evaluate(case, data, weights, dtype) for dtype in PRECISIONS)
    for name in single:
        assert_close(f"{case.name} {name}", single[name], double[name])
        put(group, name, single[name])
        put(group, "f64_" + name, double[name])


def make(path):
    cases = [*recurrent_cases(), *bidirectional_cases(), *cell_cases(), *other_cases()]
    with Store(path) as store:
        for case in cases:
            write_case(store, case)
    return len(cases)
