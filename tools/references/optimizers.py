"""optimizers.h5: six steps of every optimizer on the same weights and gradients."""
from .runtime import assert_close, keras, np
from .formulas import Optimizer
from .store import Store, flat, put, put_variables

SHAPES = [(2, 5), (7,), (3, 4), (2, 3, 2)]
CLIPS = {"clipnorm": 0.8, "global_clipnorm": 1.1, "clipvalue": 0.25}

VARIANTS = {
    "sgd": ("SGD", {"learning_rate": 0.05}),
    "sgd_default": ("SGD", {}),
    "sgd_momentum": ("SGD", {"learning_rate": 0.05, "momentum": 0.9}),
    "sgd_nesterov": ("SGD", {"learning_rate": 0.05, "momentum": 0.8, "nesterov": True}),
    "sgd_weight_decay": ("SGD", {"learning_rate": 0.05, "momentum": 0.9, "weight_decay": 0.1}),
    "rmsprop": ("RMSprop", {"learning_rate": 0.01}),
    "rmsprop_default": ("RMSprop", {}),
    "rmsprop_momentum": ("RMSprop", {"learning_rate": 0.01, "rho": 0.8, "momentum": 0.6}),
    "rmsprop_centered": ("RMSprop", {"learning_rate": 0.01, "centered": True}),
    "rmsprop_centered_momentum": ("RMSprop", {"learning_rate": 0.01, "momentum": 0.5, "centered": True,
                                              "epsilon": 1e-3}),
    "rmsprop_weight_decay": ("RMSprop", {"learning_rate": 0.01, "weight_decay": 0.1}),
    "adam": ("Adam", {"learning_rate": 0.01}),
    "adam_default": ("Adam", {}),
    "adam_amsgrad": ("Adam", {"learning_rate": 0.01, "beta_2": 0.7, "amsgrad": True}),
    "adam_betas": ("Adam", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-2}),
    "adam_weight_decay": ("Adam", {"learning_rate": 0.01, "weight_decay": 0.1}),
    "adamw": ("AdamW", {"learning_rate": 0.01, "weight_decay": 0.05}),
    "adamw_default": ("AdamW", {}),
    "adamw_amsgrad": ("AdamW", {"learning_rate": 0.01, "beta_2": 0.7, "amsgrad": True}),
    "adamax": ("Adamax", {"learning_rate": 0.01, "beta_2": 0.9}),
    "adamax_default": ("Adamax", {}),
    "nadam": ("Nadam", {"learning_rate": 0.01}),
    "nadam_default": ("Nadam", {}),
    "adagrad": ("Adagrad", {"learning_rate": 0.05, "initial_accumulator_value": 0.02}),
    "adagrad_default": ("Adagrad", {}),
    "adadelta": ("Adadelta", {"learning_rate": 1.0, "rho": 0.8, "epsilon": 1e-3}),
    "adadelta_default": ("Adadelta", {}),
    "adafactor": ("Adafactor", {"learning_rate": 0.5, "clip_threshold": 0.6}),
    "adafactor_default": ("Adafactor", {}),
    "adafactor_weight_decay": ("Adafactor", {"learning_rate": 0.01, "beta_2_decay": -0.5, "weight_decay": 0.1}),
    "lion": ("Lion", {"learning_rate": 0.01, "beta_1": 0.7}),
    "lion_default": ("Lion", {}),
    "lamb": ("Lamb", {"learning_rate": 0.01}),
    "lamb_weight_decay": ("Lamb", {"learning_rate": 0.02, "beta_2": 0.9, "weight_decay": 0.1}),
    "ftrl": ("Ftrl", {"learning_rate": 0.1}),
    "ftrl_penalties": ("Ftrl", {"learning_rate": 0.1, "learning_rate_power": -0.7, "beta": 0.2,
                                "initial_accumulator_value": 0.3, "l1_regularization_strength": 0.05,
                                "l2_regularization_strength": 0.1,
                                "l2_shrinkage_regularization_strength": 0.02}),
    "adam_ema": ("Adam", {"learning_rate": 0.01, "use_ema": True, "ema_momentum": 0.7}),
    "nadam_ema_overwrite": ("Nadam", {"learning_rate": 0.01, "use_ema": True, "ema_momentum": 0.6,
                                      "ema_overwrite_frequency": 2}),
    "rmsprop_ema_centered": ("RMSprop", {"learning_rate": 0.01, "use_ema": True, "centered": True}),
}
for _clip, _limit in CLIPS.items():
    VARIANTS[f"sgd_{_clip}"] = ("SGD", {"learning_rate": 0.05, _clip: _limit})
    VARIANTS[f"sgd_momentum_{_clip}"] = ("SGD", {"learning_rate": 0.05, "momentum": 0.9, _clip: _limit})
    VARIANTS[f"adam_{_clip}"] = ("Adam", {"learning_rate": 0.01, _clip: _limit})
    VARIANTS[f"adamw_{_clip}"] = ("AdamW", {"learning_rate": 0.01, _clip: _limit})
    VARIANTS[f"lamb_{_clip}"] = ("Lamb", {"learning_rate": 0.01, _clip: _limit})
    VARIANTS[f"adafactor_{_clip}"] = ("Adafactor", {"learning_rate": 0.01, _clip: _limit})
    VARIANTS[f"rmsprop_{_clip}"] = ("RMSprop", {"learning_rate": 0.01, _clip: _limit})


def draw():
    rng = np.random.default_rng(20)
    weights = [rng.standard_normal(s).astype("f4") for s in SHAPES]
    # Some steps are under every clipping limit, some over; a few gradients are exactly zero, as a relu's.
    sizes = [0.05, 0.5, 2, 0.1, 1, 0.3]
    gradients = [[(size * rng.standard_normal(s)).astype("f4") for s in SHAPES] for size in sizes]
    gradients[0][1][:2] = 0
    gradients[3][0][0] = 0
    return weights, gradients


def run_keras(class_name, config, weights, gradients):
    variables = [keras.Variable(w, name=f"w{i}") for i, w in enumerate(weights)]
    optimizer = getattr(keras.optimizers, class_name)(**config)
    rows = []
    for slopes in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(g) for g in slopes], variables)
        rows.append(flat([v.numpy() for v in variables]))
    return np.stack(rows), optimizer


def run_exact(class_name, config, weights, gradients):
    optimizer, rows = Optimizer(class_name, config), []
    weights = [w.astype("f8") for w in weights]
    for slopes in gradients:
        weights = optimizer.step(weights, [g.astype("f8") for g in slopes])
        rows.append(flat(weights))
    return np.stack(rows)


def scheduled():
    """An optimizer whose learning rate is a schedule: the step count starts at 0."""
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    return {"learning_rate": schedule}, {"learning_rate": lambda step: 0.1 * 0.5 ** (step / 2)}


def write_variant(store, name, class_name, config, exact, weights, gradients):
    keras.backend.clear_session()  # the names of variables start anew
    steps, optimizer = run_keras(class_name, config, weights, gradients)
    double = run_exact(class_name, exact, weights, gradients)
    assert_close(name, steps, double, 5e-6)
    wrapper = {"class_name": class_name, "config": keras.saving.serialize_keras_object(optimizer)["config"]}
    group = store.case(name, optimizer=wrapper)
    put(group, "steps", steps)
    put(group, "f64_steps", double)
    slots = optimizer.variables[1 if "schedule" in name else 2:]  # without iteration and learning_rate
    values = [v.numpy().astype("f4") for v in slots] or [np.zeros(0, "f4")]
    put_variables(group, "slots", slots, values)


def make(path):
    weights, gradients = draw()
    with Store(path) as store:
        put(store.file, "weights", flat(weights), shapes=SHAPES)
        put(store.file, "gradients", np.stack([flat(g) for g in gradients]))
        for name, (class_name, config) in VARIANTS.items():
            write_variant(store, name, class_name, config, config, weights, gradients)
        for class_name in ("SGD", "Adam"):
            config, exact = scheduled()
            write_variant(store, f"{class_name.lower()}_schedule", class_name, config, exact, weights, gradients)
    return len(VARIANTS) + 2
