"""activations.h5: layers with each of Keras 3's activations; as layers.h5 otherwise."""
from .cases import FEATURES, STEPS, UNITS, Case
from .layers import write_case
from .store import Store

ACTIVATIONS = ["relu6", "leaky_relu", "log_softmax", "celu", "silu", "hard_silu", "gelu", "mish",
               "log_sigmoid", "hard_tanh", "tanh_shrink", "soft_shrink", "hard_shrink", "squareplus", "sparse_plus",
               "sparse_sigmoid"]

# (activation, recurrent_activation): some cells keep their outputs, some their inputs, some whole rows.
PAIRS = [("silu", "sigmoid"), ("tanh", "mish"), ("gelu", "hard_silu"), ("leaky_relu", "tanh_shrink"),
         ("hard_tanh", "sparse_sigmoid"), ("squareplus", "soft_shrink"), ("log_softmax", "silu"),
         ("mish", "softmax"), ("log_sigmoid", "hard_sigmoid")]

# Layers that stand where an activation is named.
LAYERS = {
    "leaky": {"module": "keras.layers", "class_name": "LeakyReLU", "config": {"negative_slope": 0.1}},
    "rectified": {"module": "keras.layers", "class_name": "ReLU", "config": {"max_value": 1.5, "negative_slope": 0.2, "threshold": 0.25}},
    "capped": {"module": "keras.layers", "class_name": "ReLU", "config": {"max_value": 6.0}},
    "exponential": {"module": "keras.layers", "class_name": "ELU", "config": {"alpha": 0.4}},
}


def all_cases():
    for name in ACTIVATIONS:
        yield Case(f"dense_{name}", [("Dense", {"units": 6, "activation": name})], shape=(4,), configured=False)
        yield Case(f"activation_{name}", [("Dense", {"units": 4}), ("Activation", {"activation": name})], shape=(3, 5), configured=False)
        yield Case(f"simple_rnn_{name}", [("SimpleRNN", {"units": UNITS, "activation": name})],
                   shape=(STEPS, FEATURES), configured=False, scale=0.3)
    recurrent = {"lstm": ("LSTM", {}), "gru": ("GRU", {}), "gru_before": ("GRU", {"reset_after": False})}
    for prefix, (class_name, options) in recurrent.items():
        for activation, gate in PAIRS:
            config = {"units": UNITS, "activation": activation, "recurrent_activation": gate, **options}
            yield Case(f"{prefix}_{activation}_{gate}", [(class_name, config)], configured=False, scale=0.3)
    for name, layer in LAYERS.items():
        yield Case(f"layer_{name}", [("Dense", {"units": 6, "activation": layer})], shape=(4,), configured=False,
                   scale=1.5)


def make(path):
    cases = list(all_cases())
    with Store(path) as store:
        for case in cases:
            write_case(store, case)
    return len(cases)
