#!/usr/bin/env python3
"""Times one training step in plain JAX: a scan over time, one compiled step, buffers donated.

    $(tools/python-env jax) tools/bench-jax.py --shape maxmin [--seconds 3]
"""
import os
import time

os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

from bench_shapes import RATES, SHAPES, batch_of  # noqa: E402
from bench_timing import arguments, measure, report  # noqa: E402

EPSILON = 1e-7


def initial(shape):
    keys = iter(jax.random.split(jax.random.PRNGKey(0), 20))

    def random(*size):
        return 0.05 * jax.random.normal(next(keys), size)

    width, weights = shape.features, {}
    if shape.kind == "tokens":
        weights["embedding"] = random(shape.outputs, width)
    for i, units in enumerate(shape.units):
        weights[f"lstm{i}"] = (random(width, 4 * units), random(units, 4 * units), jnp.zeros(4 * units))
        width = units
    weights["dense"] = (random(width, shape.outputs), jnp.zeros(shape.outputs))
    return weights


def lstm(weights, x, activation):
    """x [steps, batch, features] → [steps, batch, units]; one product for all steps' inputs."""
    kernel, recurrent, bias = weights
    units = recurrent.shape[0]

    def cell(state, inputs):
        h, c = state
        i, f, g, o = jnp.split(inputs + h @ recurrent, 4, -1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * activation(g)
        h = jax.nn.sigmoid(o) * activation(c)
        return (h, c), h

    zero = jnp.zeros((x.shape[1], units))
    return jax.lax.scan(cell, (zero, zero), x @ kernel + bias)[1]


def outputs(weights, x, shape):
    activation = jax.nn.sigmoid if shape.activation == "sigmoid" else jnp.tanh
    x = jnp.swapaxes(weights["embedding"][x] if shape.kind == "tokens" else x, 0, 1)
    for i in range(len(shape.units)):
        x = lstm(weights[f"lstm{i}"], x, activation)
    kernel, bias = weights["dense"]
    return (x[-1] if shape.kind == "last" else x) @ kernel + bias


def loss(weights, x, y, shape):
    predicted = outputs(weights, x, shape)
    if shape.kind == "last":
        return jnp.mean((predicted - y) ** 2)
    chances = jax.nn.log_softmax(predicted)
    return -jnp.mean(jnp.take_along_axis(chances, y.T[..., None], -1))


def updated(name, w, g, m, v, t):
    rate = RATES[name]
    if name == "sgd":
        return w - rate * g, m, v
    if name == "rmsprop":
        v = 0.9 * v + 0.1 * g * g
        return w - rate * g / jnp.sqrt(v + EPSILON), m, v
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    rate = rate * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return w - rate * m / (jnp.sqrt(v) + EPSILON), m, v


def make_step(shape):
    def step(state, x, y):
        weights, m, v, t = state
        slopes = jax.grad(loss)(weights, x, y, shape)
        leaves, tree = jax.tree.flatten(weights)
        columns = zip(leaves, *(jax.tree.leaves(a) for a in (slopes, m, v)))
        rows = [updated(shape.optimizer, *column, t + 1) for column in columns]
        return (*(jax.tree.unflatten(tree, a) for a in zip(*rows)), t + 1)

    return jax.jit(step, donate_argnums=0)


def main():
    options = arguments("JAX")
    shape = SHAPES[options.shape]
    x, y = (jnp.asarray(a) for a in batch_of(shape))
    weights = initial(shape)
    state = [weights, *(jax.tree.map(jnp.zeros_like, weights) for _ in range(2)), jnp.float32(0)]
    step = make_step(shape)

    def run():
        nonlocal state
        state = jax.block_until_ready(step(tuple(state), x, y))

    start = time.perf_counter()
    run()
    compiled = time.perf_counter() - start
    run()
    report("jax", options.shape, measure(run, options.seconds), compile_seconds=round(compiled, 2))


if __name__ == "__main__":
    main()
