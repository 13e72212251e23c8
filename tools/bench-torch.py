#!/usr/bin/env python3
"""Times one training step in PyTorch, eager, with its fused LSTM: its fastest way on a CPU.

    $(tools/python-env torch) tools/bench-torch.py --shape maxmin [--seconds 3]

PyTorch's LSTM has no other activation than tanh, so `stock` is easier for it than for the others.
"""
import torch
from torch import nn

from bench_shapes import RATES, SHAPES, batch_of
from bench_timing import arguments, measure, report

OPTIMIZERS = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop, "sgd": torch.optim.SGD}


class Network(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.kind = shape.kind
        if shape.kind == "tokens":
            self.embedding = nn.Embedding(shape.outputs, shape.features)
        self.lstm = nn.LSTM(shape.features, shape.units[0], num_layers=len(shape.units), batch_first=True)
        self.dense = nn.Linear(shape.units[-1], shape.outputs)

    def forward(self, x):
        y, _ = self.lstm(self.embedding(x) if self.kind == "tokens" else x)
        return self.dense(y[:, -1] if self.kind == "last" else y)


def main():
    options = arguments("PyTorch")
    shape = SHAPES[options.shape]
    x, y = (torch.from_numpy(a) for a in batch_of(shape))
    network = Network(shape)
    optimizer = OPTIMIZERS[shape.optimizer](network.parameters(), lr=RATES[shape.optimizer])

    def loss(outputs):
        if shape.kind == "last":
            return nn.functional.mse_loss(outputs, y)
        return nn.functional.cross_entropy(outputs.flatten(0, 1), y.flatten().long())

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(network(x)).backward()
        optimizer.step()

    for _ in range(3):
        step()
    report("torch", options.shape, measure(step, options.seconds), threads=torch.get_num_threads())


if __name__ == "__main__":
    main()
