"""The networks whose outputs and gradients layers.h5 holds: plain data, no Keras.

No two sizes of a case are equal, so that a swapped axis cannot go unseen:
3 rows, 5 steps, 2 features, 4 units (16 in an LSTM's kernel), 6 and 7 outputs.
"""
from dataclasses import dataclass, field

ROWS, STEPS, FEATURES, UNITS = 3, 5, 2, 4

ACTIVATIONS = ["linear", "tanh", "sigmoid", "hard_sigmoid", "relu", "softmax", "softplus",
               "softsign", "elu", "selu", "exponential"]

# Pairs (activation, recurrent_activation).
LSTM_PAIRS = [("sigmoid", "sigmoid"), ("relu", "sigmoid"), ("tanh", "hard_sigmoid"),
              ("softsign", "sigmoid"), ("elu", "hard_sigmoid"), ("selu", "sigmoid"),
              ("softplus", "tanh"), ("exponential", "sigmoid"), ("softmax", "sigmoid"),
              ("linear", "relu"), ("tanh", "softmax"), ("hard_sigmoid", "softsign")]
GRU_PAIRS = [("sigmoid", "sigmoid"), ("relu", "sigmoid"), ("tanh", "hard_sigmoid"),
             ("softmax", "sigmoid"), ("softplus", "softsign"), ("linear", "tanh"),
             ("tanh", "softmax"), ("exponential", "sigmoid")]

RECURRENT = {  # case prefix: (Keras class, options that make it)
    "lstm": ("LSTM", {}),
    "gru": ("GRU", {}),
    "gru_before": ("GRU", {"reset_after": False}),
    "simple_rnn": ("SimpleRNN", {}),
}

MSE = {"class_name": "MeanSquaredError", "config": {}}


@dataclass
class Case:
    """layers: (class, config) pairs; shape: one sample's input; weighted: with sample weights;
    trained: with three steps of Adam; configured: with Keras's own config; scale: of the random weights."""
    name: str
    layers: list
    shape: tuple = (STEPS, FEATURES)
    rows: int = ROWS
    loss: dict = field(default_factory=lambda: MSE)
    target: str = "real"  # real, binary, one_hot, classes
    weighted: bool = False
    stateful: bool = False
    trained: bool = False
    configured: bool = True
    scale: float = 0.6


def recurrent_cases(prefix, class_name, options):
    def one(name, *more, **case):
        layers = [(class_name, {"units": UNITS, **options, **more[0]}), *more[1:]] if more else \
            [(class_name, {"units": UNITS, **options})]
        return Case(f"{prefix}_{name}", layers, **case)

    dense = ("Dense", {"units": 6})
    yield one("default")
    yield one("sequences", {"return_sequences": True})
    yield one("backwards", {"go_backwards": True})
    yield one("backwards_sequences", {"go_backwards": True, "return_sequences": True})
    yield one("no_bias", {"use_bias": False})
    yield one("dense", {}, dense, trained=True)
    yield one("weighted", {}, dense, weighted=True, trained=True)
    yield one("sequences_dense_weighted", {"return_sequences": True}, dense, weighted=True)
    yield one("stateful", {"stateful": True}, stateful=True)
    yield one("stateful_sequences", {"stateful": True, "return_sequences": True}, stateful=True)
    yield one("stacked", {"return_sequences": True}, (class_name, {"units": 7, **options}),
              trained=True)
    yield one("stacked_stateful", {"return_sequences": True, "stateful": True},
              (class_name, {"units": 7, "stateful": True, **options}), stateful=True)
    yield one("dropout_unused", {"dropout": 0.3, "recurrent_dropout": 0.2, "return_sequences": True},
              ("Dropout", {"rate": 0.4}), dense)
    yield one("flatten", {"return_sequences": True}, ("Flatten", {}), dense, trained=True)
    yield one("one_step", shape=(1, FEATURES))
    # Wide enough for whole vectors and a tail.
    yield Case(f"{prefix}_wide", [(class_name, {"units": 19, **options}), ("Dense", {"units": 3})],
               shape=(6, 5), rows=9, scale=0.3)


def small(*activations):
    """The scale of weights that keeps outputs near one: some pairs grow without bound."""
    return 0.15 if "exponential" in activations or activations == ("linear", "relu") else 0.6


def activation_cases():
    for prefix, pairs in [("lstm", LSTM_PAIRS), ("gru", GRU_PAIRS), ("gru_before", GRU_PAIRS)]:
        class_name, options = RECURRENT[prefix]
        for activation, recurrent in pairs:
            config = {"units": UNITS, "activation": activation, "recurrent_activation": recurrent, **options}
            yield Case(f"{prefix}_{activation}_{recurrent}", [(class_name, config)],
                       scale=small(activation, recurrent), configured=False)
    for name in ACTIVATIONS:
        yield Case(f"simple_rnn_{name}", [("SimpleRNN", {"units": UNITS, "activation": name})],
                   scale=small(name), configured=False)
        yield Case(f"dense_{name}", [("Dense", {"units": 6, "activation": name})], shape=(4,), configured=False)
        yield Case(f"dense_sequence_{name}", [("Dense", {"units": 6, "activation": name})], configured=False)
    for name in ("tanh", "hard_sigmoid", "softmax"):
        yield Case(f"activation_{name}", [("Dense", {"units": 6}), ("Activation", {"activation": name})],
                   shape=(4,))


def other_cases():
    yield Case("lstm_no_unit_forget_bias", [("LSTM", {"units": UNITS, "unit_forget_bias": False})])
    yield Case("dense_no_bias", [("Dense", {"units": 6, "use_bias": False})], shape=(4,))
    yield Case("dense_stack", [("Dense", {"units": 6, "activation": "relu"}), ("Dropout", {"rate": 0.5}),
                               ("Dense", {"units": 7, "activation": "tanh"}), ("Dense", {"units": 2})],
               shape=(4,))
    yield Case("activation_sequence_softmax",
               [("Dense", {"units": 6}), ("Activation", {"activation": "softmax"})])
    yield Case("mixed_stack", [("LSTM", {"units": 4, "return_sequences": True}),
                               ("GRU", {"units": 6, "return_sequences": True, "go_backwards": True}),
                               ("SimpleRNN", {"units": 7}), ("Dense", {"units": 8})], trained=True)
    yield from cross_entropy_cases()


def cross_entropy_cases():
    """Models that end in a softmax or sigmoid: Keras on TensorFlow takes the loss from the logits."""
    ends = {
        "categorical": ("CategoricalCrossentropy", {}, "one_hot", "softmax"),
        "categorical_smoothed": ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "one_hot", "softmax"),
        "categorical_logits": ("CategoricalCrossentropy", {"from_logits": True}, "one_hot", "linear"),
        "sparse": ("SparseCategoricalCrossentropy", {}, "classes", "softmax"),
        "sparse_logits": ("SparseCategoricalCrossentropy", {"from_logits": True}, "classes", "linear"),
        "binary": ("BinaryCrossentropy", {}, "binary", "sigmoid"),
        "binary_smoothed": ("BinaryCrossentropy", {"label_smoothing": 0.2}, "binary", "sigmoid"),
        "binary_logits": ("BinaryCrossentropy", {"from_logits": True}, "binary", "linear"),
    }
    for name, (class_name, config, target, activation) in ends.items():
        for sequences in (False, True):
            for weighted in (False, True):
                layers = [("LSTM", {"units": UNITS, "return_sequences": sequences}),
                          ("Dense", {"units": 6, "activation": activation})]
                yield Case(f"ends_{name}{'_sequences' * sequences}{'_weighted' * weighted}", layers,
                           loss={"class_name": class_name, "config": config}, target=target,
                           weighted=weighted, trained=not weighted, configured=not weighted)
    # Saturated: clipped probabilities would give another loss and no gradient.
    for name in ("categorical", "sparse", "binary"):
        class_name, config, target, activation = ends[name]
        yield Case(f"ends_{name}_saturated", [("Dense", {"units": 6, "activation": activation})], shape=(4,),
                   loss={"class_name": class_name, "config": config}, target=target, scale=30)
    yield Case("ends_activation_softmax", [("Dense", {"units": 6}), ("Activation", {"activation": "softmax"})],
               shape=(4,), loss={"class_name": "CategoricalCrossentropy", "config": {}}, target="one_hot")


def all_cases():
    for prefix, (class_name, options) in RECURRENT.items():
        yield from recurrent_cases(prefix, class_name, options)
    yield from activation_cases()
    yield from other_cases()
