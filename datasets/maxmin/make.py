#!/usr/bin/env python3
"""Makes the data of the first job: sequences and their largest and smallest value.

    $(tools/python-env keras) datasets/maxmin/make.py [--rows 10000] [--steps 60] [--seed 7] OUT.h5

x is uniform in [-1, 1), then each row is scaled by a factor in [0.5, 1.5) and shifted by one in [-1, 1).
Writes /x [rows, steps, 1] and /y [rows, 2] = (max, min), float32.
`lockstep dataset maxmin` makes data of the same kind from its own random numbers.
"""
import argparse

import h5py
import numpy as np


def maxmin(rows, steps, seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (rows, steps))
    x = x * rng.uniform(0.5, 1.5, (rows, 1)) + rng.uniform(-1, 1, (rows, 1))
    x = x.astype("f4")
    return x[..., None], np.stack([x.max(1), x.min(1)], axis=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("out", metavar="OUT.h5")
    arguments = parser.parse_args()
    x, y = maxmin(arguments.rows, arguments.steps, arguments.seed)
    with h5py.File(arguments.out, "w") as file:
        file["x"], file["y"] = x, y
    print(f"{arguments.out}: x {x.shape}, y {y.shape}")


if __name__ == "__main__":
    main()
