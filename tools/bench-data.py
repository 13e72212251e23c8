#!/usr/bin/env python3
"""Writes random data for a shape of tools/bench_shapes.py as a dataset, chunked and packed by gzip.

    $(tools/python-env keras) tools/bench-data.py SHAPE OUT.h5 [--batches 16] [--level 6] [--one-hot]

Chunks are of about a megabyte, as h5py's users make them for rows that are read together. Classes are kept as ids,
/x [rows, T] int32; with --one-hot as Keras takes them, [rows, T, vocabulary] float32. Random floats are the worst
for gzip: they hardly become smaller, and take longest to unpack.
"""
import argparse

import h5py
import numpy as np

from bench_shapes import SHAPES, batch_of


def write(file, name, batches, level):
    """One array, a batch at a time: large shapes do not fit into memory as a whole."""
    rows = sum(len(batch) for batch in batches)
    shape = batches[0].shape[1:]
    width = max(1, int(np.prod(shape)) * batches[0].dtype.itemsize)
    data = file.create_dataset(
        name, (rows, *shape), batches[0].dtype, chunks=(max(1, min(rows, 2**20 // width)), *shape),
        compression="gzip", compression_opts=level)
    first = 0
    for batch in batches:
        data[first:first + len(batch)] = batch
        first += len(batch)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("out")
    parser.add_argument("--batches", type=int, default=16)
    parser.add_argument("--level", type=int, default=6)
    parser.add_argument("--one-hot", action="store_true")
    options = parser.parse_args()
    shape = SHAPES[options.shape]
    x, y = zip(*(batch_of(shape, seed) for seed in range(options.batches)))
    if shape.kind == "one_hot" and not options.one_hot:
        x = [batch.argmax(-1).astype("i4") for batch in x]
    if shape.kind != "last":
        y = [batch[..., None] for batch in y]
    with h5py.File(options.out, "w") as file:
        write(file, "x", x, options.level)
        write(file, "y", y, options.level)


if __name__ == "__main__":
    main()
