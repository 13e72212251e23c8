"""schedules.h5: learning rates at the steps 0 … 30."""
from math import cos, pi

from .runtime import assert_close, keras, np
from .store import Store, put

STEPS = np.arange(31)

CASES = {
    "exponential": ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.6}),
    "exponential_staircase": ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7,
                                                   "decay_rate": 0.6, "staircase": True}),
    "inverse_time": ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.6}),
    "inverse_time_staircase": ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 7,
                                                    "decay_rate": 0.6, "staircase": True}),
    "piecewise": ("PiecewiseConstantDecay", {"boundaries": [5, 12, 25], "values": [0.1, 0.05, 0.01, 0.002]}),
    "polynomial": ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 23}),
    "polynomial_square": ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 23,
                                              "end_learning_rate": 0.01, "power": 2.0}),
    "polynomial_cycle": ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 9,
                                             "end_learning_rate": 0.01, "cycle": True}),
    "cosine": ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 23}),
    "cosine_alpha": ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 23, "alpha": 0.2}),
    "cosine_warmup": ("CosineDecay", {"initial_learning_rate": 0.01, "decay_steps": 17, "warmup_target": 0.1,
                                      "warmup_steps": 6}),
    "cosine_warmup_alpha": ("CosineDecay", {"initial_learning_rate": 0.0, "decay_steps": 17, "alpha": 0.3,
                                            "warmup_target": 0.1, "warmup_steps": 6}),
    "restarts": ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5}),
    "restarts_even": ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 7, "t_mul": 1.0,
                                              "m_mul": 0.7, "alpha": 0.1}),
}


def exact(class_name, config, step):
    """The same in float64, written from the formulas."""
    first, span = config.get("initial_learning_rate"), config.get("decay_steps")
    if class_name == "PiecewiseConstantDecay":
        return config["values"][sum(step > b for b in config["boundaries"])]
    if class_name == "PolynomialDecay":
        last, power = config.get("end_learning_rate", 0.0001), config.get("power", 1.0)
        if config.get("cycle"):
            span *= max(1, -(-step // span))
        return (first - last) * (1 - min(step, span) / span) ** power + last
    if class_name == "CosineDecay":
        warmup, target = config.get("warmup_steps", 0), config.get("warmup_target")
        if target is not None and step < warmup:
            return first + (target - first) * step / warmup
        peak, floor = first if target is None else target, config.get("alpha", 0.0)
        done = min(step - warmup if target is not None else step, span) / span
        return peak * ((1 - floor) * (1 + cos(pi * done)) / 2 + floor)
    if class_name == "CosineDecayRestarts":
        start, span, peak = 0, config["first_decay_steps"], first
        while step >= start + span:
            start, span, peak = start + span, span * config.get("t_mul", 2.0), peak * config.get("m_mul", 1.0)
        floor = config.get("alpha", 0.0)
        return peak * (1 - floor) * (1 + cos(pi * (step - start) / span)) / 2 + first * floor
    turns = step // span if config.get("staircase") else step / span
    decay = config["decay_rate"]
    return first * decay**turns if class_name == "ExponentialDecay" else first / (1 + decay * turns)


def make(path):
    with Store(path) as store:
        for name, (class_name, config) in CASES.items():
            schedule = getattr(keras.optimizers.schedules, class_name)(**config)
            rates = np.array([float(schedule(int(step))) for step in STEPS], "f4")
            double = np.array([exact(class_name, config, int(step)) for step in STEPS])
            assert_close(name, rates, double, 1e-6)
            group = store.case(name, schedule={"class_name": class_name, "config": schedule.get_config()})
            put(group, "rates", rates)
            put(group, "f64_rates", double)
    return len(CASES)
