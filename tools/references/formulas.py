"""Keras 3's optimizers in float64.

Keras on TensorFlow rounds some of an optimizer's constants to float32 even in a float64 model, so its own
float64 results are no better than 1e-6. These few lines are exact; make-references checks them against Keras.
"""
import numpy as np

DEFAULTS = {
    "SGD": {"learning_rate": 0.01, "momentum": 0.0, "nesterov": False},
    "RMSprop": {"learning_rate": 0.001, "rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False},
    "Adam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False},
    "AdamW": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False,
              "weight_decay": 0.004},
    "Adamax": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
    "Nadam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
    "Adagrad": {"learning_rate": 0.001, "initial_accumulator_value": 0.1, "epsilon": 1e-7},
    "Adadelta": {"learning_rate": 0.001, "rho": 0.95, "epsilon": 1e-7},
    "Adafactor": {"learning_rate": 0.001, "beta_2_decay": -0.8, "epsilon_1": 1e-30, "epsilon_2": 1e-3,
                  "clip_threshold": 1.0},
    "Lion": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.99},
    "Lamb": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
    "Ftrl": {"learning_rate": 0.001, "learning_rate_power": -0.5, "initial_accumulator_value": 0.1,
             "l1_regularization_strength": 0.0, "l2_regularization_strength": 0.0,
             "l2_shrinkage_regularization_strength": 0.0, "beta": 0.0},
}


class Optimizer:
    """Weights are a list of float64 arrays; step() returns the next list."""

    def __init__(self, class_name, config):
        self.update = {"AdamW": self.adam}.get(class_name) or getattr(self, class_name.lower())
        self.options = {**DEFAULTS[class_name], **config}
        self.steps = 0
        self.state = None

    def step(self, weights, gradients):
        if self.state is None:
            self.state = [[np.zeros_like(w) for _ in range(3)] for w in weights]
            for s in self.state:
                s[0] += self.options.get("initial_accumulator_value", 0)
            self.averages = weights
        rate = self.options["learning_rate"]
        self.rate = rate(self.steps) if callable(rate) else rate
        self.steps += 1
        decay = 1 - self.rate * (self.options.get("weight_decay") or 0)
        gradients = clipped(gradients, self.options)
        weights = [self.update(w * decay, g, s) for w, g, s in zip(weights, gradients, self.state)]
        return self.averaged(weights) if self.options.get("use_ema") else weights

    def averaged(self, weights):
        keep = self.options.get("ema_momentum", 0.99) if self.steps > 1 else 0
        self.averages = [keep * a + (1 - keep) * w for a, w in zip(self.averages, weights)]
        every = self.options.get("ema_overwrite_frequency")
        return self.averages if every and self.steps % every == 0 else weights

    def sgd(self, w, g, s):
        momentum = self.options["momentum"]
        s[0] = momentum * s[0] - self.rate * g
        return w + (momentum * s[0] - self.rate * g if self.options["nesterov"] else s[0])

    def rmsprop(self, w, g, s):
        o = self.options
        s[0] = o["rho"] * s[0] + (1 - o["rho"]) * g**2
        denominator = s[0] + o["epsilon"]
        if o["centered"]:
            s[2] = o["rho"] * s[2] + (1 - o["rho"]) * g
            denominator = denominator - s[2] ** 2
        s[1] = o["momentum"] * s[1] + self.rate * g / np.sqrt(denominator)
        return w - s[1]

    def adam(self, w, g, s):
        o, t = self.options, self.steps
        s[0] = s[0] + (1 - o["beta_1"]) * (g - s[0])
        s[1] = s[1] + (1 - o["beta_2"]) * (g**2 - s[1])
        s[2] = np.maximum(s[2], s[1])
        rate = self.rate * np.sqrt(1 - o["beta_2"] ** t) / (1 - o["beta_1"] ** t)
        return w - rate * s[0] / (np.sqrt(s[2] if o["amsgrad"] else s[1]) + o["epsilon"])

    def adamax(self, w, g, s):
        o = self.options
        s[0] = s[0] + (1 - o["beta_1"]) * (g - s[0])
        s[1] = np.maximum(o["beta_2"] * s[1], np.abs(g))
        return w - self.rate * s[0] / ((1 - o["beta_1"] ** self.steps) * (s[1] + o["epsilon"]))

    def nadam(self, w, g, s):
        o, t = self.options, self.steps
        momenta = [o["beta_1"] * (1 - 0.5 * 0.96**k) for k in range(1, t + 2)]
        s[0] = s[0] + (1 - o["beta_1"]) * (g - s[0])
        s[1] = s[1] + (1 - o["beta_2"]) * (g**2 - s[1])
        mean = momenta[t] * s[0] / (1 - np.prod(momenta)) + (1 - momenta[t - 1]) * g / (1 - np.prod(momenta[:t]))
        return w - self.rate * mean / (np.sqrt(s[1] / (1 - o["beta_2"] ** t)) + o["epsilon"])

    def adagrad(self, w, g, s):
        s[0] = s[0] + g**2
        return w - self.rate * g / np.sqrt(s[0] + self.options["epsilon"])

    def adadelta(self, w, g, s):
        rho, epsilon = self.options["rho"], self.options["epsilon"]
        s[0] = rho * s[0] + (1 - rho) * g**2
        delta = -g * np.sqrt(s[1] + epsilon) / np.sqrt(s[0] + epsilon)
        s[1] = rho * s[1] + (1 - rho) * delta**2
        return w + self.rate * delta

    def adafactor(self, w, g, s):
        o, t = self.options, self.steps
        beta = 1 - t ** o["beta_2_decay"]
        square = g**2 + o["epsilon_1"]
        if w.ndim < 2:
            s[0] = v = beta * s[0] + (1 - beta) * square
        else:
            if t == 1:
                s[0], s[1] = np.zeros(w.shape[:-1]), np.zeros(w.shape[:-2] + w.shape[-1:])
            s[0] = beta * s[0] + (1 - beta) * square.mean(-1)
            s[1] = beta * s[1] + (1 - beta) * square.mean(-2)
            v = (s[0] / s[0].mean(-1, keepdims=True))[..., None] * s[1][..., None, :]
        rms = lambda x: np.sqrt(np.mean(x**2))
        u = g / np.sqrt(v)
        rate = max(o["epsilon_2"], rms(w)) * min(self.rate, 1 / np.sqrt(t))
        return w - rate * u / max(1, rms(u) / o["clip_threshold"])

    def lion(self, w, g, s):
        o, m = self.options, s[0]
        s[0] = o["beta_2"] * m + (1 - o["beta_2"]) * g
        return w - self.rate * np.sign(o["beta_1"] * m + (1 - o["beta_1"]) * g)

    def lamb(self, w, g, s):
        o, t = self.options, self.steps
        s[0] = s[0] + (1 - o["beta_1"]) * (g - s[0])
        s[1] = s[1] + (1 - o["beta_2"]) * (g**2 - s[1])
        root = np.sqrt(s[1] / (1 - o["beta_2"] ** t)) + o["epsilon"]
        direction = s[0] / (1 - o["beta_1"] ** t) / root
        return w - self.rate * np.linalg.norm(w) / np.linalg.norm(direction) * direction

    def ftrl(self, w, g, s):
        o, p = self.options, -self.options["learning_rate_power"]
        n = s[0] + g**2
        shrunk = g + 2 * o["l2_shrinkage_regularization_strength"] * w
        s[1] = s[1] + shrunk - (n**p - s[0] ** p) / self.rate * w
        s[0] = n
        l1 = o["l1_regularization_strength"]
        l2 = o["l2_regularization_strength"] + o["beta"] / (2 * self.rate)
        return (np.clip(s[1], -l1, l1) - s[1]) / (n**p / self.rate + 2 * l2)


def clipped(gradients, options):
    norms = [np.sqrt(np.sum(g**2)) for g in gradients]
    if limit := options.get("clipnorm"):
        return [g * limit / max(norm, limit) for g, norm in zip(gradients, norms)]
    if limit := options.get("global_clipnorm"):
        return [g * limit / max(np.sqrt(np.sum(np.square(norms))), limit) for g in gradients]
    if limit := options.get("clipvalue"):
        return [np.clip(g, -limit, limit) for g in gradients]
    return gradients
