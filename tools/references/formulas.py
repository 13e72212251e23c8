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
}


class Optimizer:
    """Weights are a list of float64 arrays; step() returns the next list."""

    def __init__(self, class_name, config):
        self.update = {"SGD": self.sgd, "RMSprop": self.rmsprop}.get(class_name, self.adam)
        self.options = {**DEFAULTS[class_name], **config}
        self.steps = 0
        self.state = None

    def step(self, weights, gradients):
        if self.state is None:
            self.state = [[np.zeros_like(w) for _ in range(3)] for w in weights]
        rate = self.options["learning_rate"]
        self.rate = rate(self.steps) if callable(rate) else rate
        self.steps += 1
        decay = 1 - self.rate * (self.options.get("weight_decay") or 0)
        gradients = clipped(gradients, self.options)
        return [self.update(w * decay, g, s) for w, g, s in zip(weights, gradients, self.state)]

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


def clipped(gradients, options):
    norms = [np.sqrt(np.sum(g**2)) for g in gradients]
    if limit := options.get("clipnorm"):
        return [g * limit / max(norm, limit) for g, norm in zip(gradients, norms)]
    if limit := options.get("global_clipnorm"):
        return [g * limit / max(np.sqrt(np.sum(np.square(norms))), limit) for g in gradients]
    if limit := options.get("clipvalue"):
        return [np.clip(g, -limit, limit) for g in gradients]
    return gradients
